// A preload in place of a name server: with FAULT_LOOKUP=unknown no name exists, else every lookup takes a minute and fails.

#include <netdb.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    (void)name, (void)service, (void)hints;
    *result = NULL;
    if (getenv("FAULT_LOOKUP") != NULL) return EAI_NONAME;
    sleep(60);
    return EAI_AGAIN;
}
