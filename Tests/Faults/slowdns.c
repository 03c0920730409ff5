// A preload in place of a dead name server: every lookup takes a minute and then fails.

#include <netdb.h>
#include <stddef.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    (void)name, (void)service, (void)hints;
    *result = NULL;
    sleep(60);
    return EAI_AGAIN;
}
