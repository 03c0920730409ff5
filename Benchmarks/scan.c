// The yardstick for many targets: verified TLS handshakes in C with nothing around them, so many at once.
//
//   scan AT-ONCE TIMEOUT-MS CAFILE < TARGETS    one IPv4 ADDRESS:PORT on each line; print a line of JSON for each
//
// It ends with 0 whatever the targets did: how many were trusted is for the reader to count.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { batch = 256, longest_line = 256 };

struct target {
    SSL *connection;
    int fd;
    long long deadline_ms;
    char name[longest_line];
    // In the order of their deadlines, which is the order in which they were begun.
    struct target *earlier, *later;
};

static struct target *oldest, *newest;
static int epoll, open_count;

static void fail(const char *what) {
    fprintf(stderr, "scan: %s failed%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    ERR_print_errors_fp(stderr);
    exit(1);
}

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void conclude(struct target *it, const char *outcome) {
    char subject[256] = "";
    X509 *leaf = SSL_get1_peer_certificate(it->connection);
    if (leaf != NULL) X509_NAME_oneline(X509_get_subject_name(leaf), subject, sizeof subject);
    printf("{\"target\":\"%s\",\"outcome\":\"%s\",\"version\":\"%s\",\"cipher\":\"%s\",\"subject\":\"%s\",\"verify\":%ld}\n",
           it->name, outcome, SSL_get_version(it->connection), SSL_get_cipher_name(it->connection), subject,
           SSL_get_verify_result(it->connection));
    X509_free(leaf);
    if (SSL_is_init_finished(it->connection)) SSL_shutdown(it->connection);
    SSL_free(it->connection);
    close(it->fd);
    if (it->earlier != NULL) it->earlier->later = it->later;
    else oldest = it->later;
    if (it->later != NULL) it->later->earlier = it->earlier;
    else newest = it->earlier;
    free(it);
    open_count--;
}

static void proceed(struct target *it) {
    ERR_clear_error();
    int result = SSL_connect(it->connection);
    if (result == 1) return conclude(it, "ok");
    int error = SSL_get_error(it->connection, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) conclude(it, "failed");
}

static void begin(SSL_CTX *context, const char *line, int timeout_ms) {
    struct target *it = calloc(1, sizeof *it);
    if (it == NULL) fail("calloc");
    snprintf(it->name, sizeof it->name, "%s", line);
    char host[longest_line];
    snprintf(host, sizeof host, "%s", line);
    char *colon = strrchr(host, ':');
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (colon == NULL) fail("a target without a port");
    *colon = '\0';
    address.sin_port = htons((unsigned short)atoi(colon + 1));
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail("a target that is no address");

    it->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    if (it->fd < 0 || setsockopt(it->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) < 0) fail("socket");
    if (connect(it->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) fail("connect");
    it->connection = SSL_new(context);
    if (it->connection == NULL || SSL_set_fd(it->connection, it->fd) != 1 ||
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(it->connection), host) != 1)
        fail("preparing the connection");
    it->deadline_ms = now_ms() + timeout_ms;
    it->earlier = newest;
    if (newest != NULL) newest->later = it;
    else oldest = it;
    newest = it;
    open_count++;
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = it};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, it->fd, &wanted) < 0) fail("epoll_ctl");
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: scan AT-ONCE TIMEOUT-MS CAFILE < TARGETS\n");
        return 64;
    }
    int at_once = atoi(arguments[1]), timeout_ms = atoi(arguments[2]);
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL || SSL_CTX_load_verify_file(context, arguments[3]) != 1) fail("reading the trusted certificates");
    // What is wrong is reported, as sslprobe does; the handshake goes on.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    epoll = epoll_create1(EPOLL_CLOEXEC);

    char line[longest_line];
    bool has_more = true;
    while (has_more || open_count > 0) {
        while (has_more && open_count < at_once) {
            has_more = fgets(line, sizeof line, stdin) != NULL;
            if (!has_more) break;
            line[strcspn(line, "\r\n")] = '\0';
            if (line[0] != '\0') begin(context, line, timeout_ms);
        }
        if (open_count == 0) break;
        struct epoll_event events[batch];
        long long left = oldest->deadline_ms - now_ms();
        int ready = epoll_wait(epoll, events, batch, left > 0 ? (int)left : 0);
        for (int index = 0; index < ready; index++) proceed(events[index].data.ptr);
        while (oldest != NULL && oldest->deadline_ms <= now_ms()) conclude(oldest, "timeout");
    }
    SSL_CTX_free(context);
    return 0;
}
