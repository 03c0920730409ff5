// The yardstick: one verified TLS handshake in C with nothing around it, so that a comparison shows what a tool adds.
//
//   yardstick connect HOST PORT CAFILE|default    shake hands over IPv4, print one line of JSON; 0 when chain and name are good
//   yardstick measure COMMAND [ARGUMENT ...]      run a command, print what it cost as one line of JSON
//
// `measure` is here because a child's peak memory counts from the fork: under an interpreter it would be the interpreter's.

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { patience_ms = 10000 };

static void fail(const char *what) {
    fprintf(stderr, "yardstick: %s failed%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    ERR_print_errors_fp(stderr);
    exit(1);
}

static void await(int fd, short readiness) {
    struct pollfd wanted = {.fd = fd, .events = readiness};
    if (poll(&wanted, 1, patience_ms) != 1) fail("waiting for the peer");
}

static int dial(const char *host, const char *port) {
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, port, &hints, &found) != 0) fail("the name lookup");

    int fd = socket(found->ai_family, found->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    if (connect(fd, found->ai_addr, found->ai_addrlen) < 0) {
        if (errno != EINPROGRESS) fail("connect");
        await(fd, POLLOUT);
        socklen_t size = sizeof errno;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &errno, &size);
        if (errno != 0) fail("connect");
    }
    freeaddrinfo(found);
    return fd;
}

static SSL_CTX *make_context(const char *trust) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) fail("SSL_CTX_new");
    int loaded = strcmp(trust, "default") == 0 ? SSL_CTX_set_default_verify_paths(context)
                                               : SSL_CTX_load_verify_file(context, trust);
    if (loaded != 1) fail("reading the trusted certificates");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

static void shake_hands(SSL *connection, int fd) {
    for (;;) {
        int result = SSL_connect(connection);
        if (result == 1) return;
        switch (SSL_get_error(connection, result)) {
        case SSL_ERROR_WANT_READ: await(fd, POLLIN); break;
        case SSL_ERROR_WANT_WRITE: await(fd, POLLOUT); break;
        default: fail("the handshake");
        }
    }
}

static int connect_once(const char *host, const char *port, const char *trust) {
    SSL_CTX *context = make_context(trust);
    int fd = dial(host, port);
    SSL *connection = SSL_new(context);
    if (connection == NULL || SSL_set_fd(connection, fd) != 1 || SSL_set_tlsext_host_name(connection, host) != 1 ||
        SSL_set1_host(connection, host) != 1)
        fail("preparing the connection");
    shake_hands(connection, fd);

    X509 *leaf = SSL_get1_peer_certificate(connection);
    char subject[256] = "";
    X509_NAME_oneline(X509_get_subject_name(leaf), subject, sizeof subject);
    long verdict = SSL_get_verify_result(connection);
    printf("{\"version\":\"%s\",\"cipher\":\"%s\",\"subject\":\"%s\",\"trusted\":%s}\n", SSL_get_version(connection),
           SSL_get_cipher_name(connection), subject, verdict == X509_V_OK ? "true" : "false");

    SSL_shutdown(connection);
    X509_free(leaf);
    SSL_free(connection);
    SSL_CTX_free(context);
    close(fd);
    return verdict == X509_V_OK ? 0 : 1;
}

static long long microseconds(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

static int measure(char **command) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++) dup2(null, fd);
        execvp(command[0], command);
        _exit(127);
    }
    int status;
    struct rusage cost;
    if (wait4(child, &status, 0, &cost) < 0) fail("wait4");
    clock_gettime(CLOCK_MONOTONIC, &end);

    printf("{\"exit\":%d,\"cpu_us\":%lld,\"wall_us\":%lld,\"rss_kib\":%ld}\n",
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
           microseconds(cost.ru_utime) + microseconds(cost.ru_stime),
           (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000, cost.ru_maxrss);
    return 0;
}

int main(int count, char **arguments) {
    errno = 0;
    if (count == 5 && strcmp(arguments[1], "connect") == 0)
        return connect_once(arguments[2], arguments[3], arguments[4]);
    if (count > 2 && strcmp(arguments[1], "measure") == 0) return measure(arguments + 2);
    fputs("usage: yardstick connect HOST PORT CAFILE|default\n       yardstick measure COMMAND [ARGUMENT ...]\n", stderr);
    return 64;
}
