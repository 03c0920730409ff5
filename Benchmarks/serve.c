// The yardstick for `sslprobe serve`: a TLS server in C with nothing around it, and the clients that every server meets.
//
//   serve listen CERTIFICATE KEY                    answer HTTP on 127.0.0.1; the port is printed first
//   serve load PORT COUNT CONCURRENCY full|resume   handshakes, a request and its whole answer each; print one line of JSON
//   serve hold PORT COUNT                           keep connections open after the handshake until standard input ends
//
// `load` and `hold` end with 0 only when every connection did what it had to.

#define _GNU_SOURCE // accept4, POLLRDHUP
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { patience_ms = 60000, batch = 256, record = 16384 };

static const char request[] = "GET / HTTP/1.0\r\n\r\n";
static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n";

// One connection, at either end.
struct conversation {
    SSL *connection;
    int fd;
    bool is_open, has_answer;
};

enum progress { waiting, done, failed };

static void fail(const char *what) {
    fprintf(stderr, "serve: %s failed%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    ERR_print_errors_fp(stderr);
    exit(1);
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void send_at_once(int fd) {
    int yes = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) < 0) fail("TCP_NODELAY");
}

static void watch(int epoll, int fd, void *conversation) {
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = conversation};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted) < 0) fail("epoll_ctl");
}

static struct conversation *begin(SSL_CTX *context, int fd) {
    struct conversation *it = calloc(1, sizeof *it);
    if (it == NULL) fail("calloc");
    it->fd = fd;
    it->connection = SSL_new(context);
    if (it->connection == NULL || SSL_set_fd(it->connection, fd) != 1) fail("preparing the connection");
    return it;
}

static void end(struct conversation *it) {
    SSL_free(it->connection);
    close(it->fd);
    free(it);
}

static enum progress judge(struct conversation *it, int result) {
    return SSL_get_error(it->connection, result) == SSL_ERROR_WANT_READ ? waiting : failed;
}

// The server.

// Requests fit into one record and answers into any socket's buffer, so one read and one write do.
static enum progress serve_further(struct conversation *it) {
    static char piece[record];
    ERR_clear_error();
    if (!it->is_open) {
        int result = SSL_accept(it->connection);
        if (result != 1) return judge(it, result);
        it->is_open = true;
    }
    int size = SSL_read(it->connection, piece, sizeof piece);
    if (size <= 0) return judge(it, size);
    if (SSL_write(it->connection, answer, sizeof answer - 1) <= 0) return failed;
    SSL_shutdown(it->connection);
    return done;
}

static void accept_all(SSL_CTX *context, int listener, int epoll) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EAGAIN) return;
        if (fd < 0) fail("accept4");
        send_at_once(fd);
        watch(epoll, fd, begin(context, fd));
    }
}

static SSL_CTX *server_context(const char *certificate, const char *key) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_session_id_context(context, (const unsigned char *)"serve", 5) != 1)
        fail("preparing the server");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

static _Noreturn void listen_for_ever(const char *certificate, const char *key) {
    SSL_CTX *context = server_context(certificate, key);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, SOMAXCONN) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) < 0)
        fail("listening");
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) fail("epoll_create1");
    watch(epoll, listener, NULL);
    for (;;) {
        struct epoll_event ready[batch];
        int count = epoll_wait(epoll, ready, batch, -1);
        for (int i = 0; i < count; i++) {
            struct conversation *it = ready[i].data.ptr;
            if (it == NULL)
                accept_all(context, listener, epoll);
            else if (serve_further(it) != waiting)
                end(it);
        }
    }
}

// The clients.

static SSL_SESSION *kept_session;

// A client that keeps sessions lets each be used once only in TLS 1.3, so it stops keeping them after the first.
static int keep_first_session(SSL *connection, SSL_SESSION *session) {
    SSL_CTX_set_session_cache_mode(SSL_get_SSL_CTX(connection), SSL_SESS_CACHE_OFF);
    if (kept_session != NULL) return 0;
    kept_session = session;
    return 1;
}

static SSL_CTX *client_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1) fail("preparing the client");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_first_session);
    return context;
}

static struct conversation *dial(SSL_CTX *context, int port) {
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    send_at_once(fd);
    return begin(context, fd);
}

static enum progress ask_further(struct conversation *it) {
    char piece[record];
    ERR_clear_error();
    if (!it->is_open) {
        int result = SSL_connect(it->connection);
        if (result != 1) return judge(it, result);
        it->is_open = true;
        if (SSL_write(it->connection, request, sizeof request - 1) <= 0) return failed;
    }
    for (;;) {
        int size = SSL_read(it->connection, piece, sizeof piece);
        if (size > 0) {
            if (!it->has_answer && (size < 12 || memcmp(piece, "HTTP/1.", 7) != 0 || memcmp(piece + 8, " 200", 4) != 0))
                return failed;
            it->has_answer = true;
        } else if (SSL_get_error(it->connection, size) != SSL_ERROR_ZERO_RETURN) {
            return judge(it, size);
        } else {
            SSL_shutdown(it->connection);
            return it->has_answer ? done : failed;
        }
    }
}

struct tally {
    int handshakes, resumed, failed;
};

// Whether the conversation is over; it is counted and freed then.
static bool conclude(struct conversation *it, struct tally *tally) {
    enum progress progress = ask_further(it);
    if (progress == waiting) return false;
    if (progress == failed && tally->failed++ == 0) ERR_print_errors_fp(stderr);
    tally->handshakes += it->is_open;
    tally->resumed += SSL_session_reused(it->connection);
    end(it);
    return true;
}

static struct tally visit(SSL_CTX *context, int port, int count, int concurrency, SSL_SESSION *session) {
    struct tally tally = {0};
    int epoll = epoll_create1(EPOLL_CLOEXEC), begun = 0, live = 0;
    if (epoll < 0) fail("epoll_create1");
    while (begun < count || live > 0) {
        for (; begun < count && live < concurrency; begun++) {
            struct conversation *it = dial(context, port);
            fcntl(it->fd, F_SETFL, O_NONBLOCK);
            if (session != NULL && SSL_set_session(it->connection, session) != 1) fail("offering the session");
            watch(epoll, it->fd, it);
            live += !conclude(it, &tally);
        }
        struct epoll_event ready[batch];
        int readable = live > 0 ? epoll_wait(epoll, ready, batch, patience_ms) : 0;
        if (live > 0 && readable <= 0) fail("waiting for the server");
        for (int i = 0; i < readable; i++) live -= conclude(ready[i].data.ptr, &tally);
    }
    close(epoll);
    return tally;
}

static int load(int port, int count, int concurrency, bool resumes) {
    SSL_CTX *context = client_context();
    if (resumes && (visit(context, port, 1, 1, NULL).failed > 0 || kept_session == NULL)) fail("getting a session");
    struct tally tally = visit(context, port, count, concurrency, resumes ? kept_session : NULL);
    printf("{\"handshakes\":%d,\"resumed\":%d,\"failed\":%d}\n", tally.handshakes, tally.resumed, tally.failed);
    return tally.failed == 0 && tally.resumed == (resumes ? count : 0) ? 0 : 1;
}

static int hold(int port, int count) {
    SSL_CTX *context = client_context();
    struct pollfd *ends = calloc(count, sizeof *ends);
    if (ends == NULL) fail("calloc");
    for (int i = 0; i < count; i++) {
        struct conversation *it = dial(context, port);
        if (SSL_connect(it->connection) != 1) fail("the handshake");
        // The server's handshake ends after the client's; its tickets tell.
        ends[i] = (struct pollfd){.fd = it->fd, .events = POLLIN};
        if (poll(&ends[i], 1, patience_ms) != 1) fail("waiting for a ticket");
        ends[i].events = POLLRDHUP;
    }
    printf("{\"held\":%d}\n", count);
    fflush(stdout);
    while (getchar() != EOF) continue;

    int lost = poll(ends, count, 0);
    printf("{\"lost\":%d}\n", lost);
    return lost == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
    errno = 0;
    signal(SIGPIPE, SIG_IGN);
    const char *job = count > 1 ? arguments[1] : "";
    if (count == 4 && strcmp(job, "listen") == 0) listen_for_ever(arguments[2], arguments[3]);
    if (count == 6 && strcmp(job, "load") == 0)
        return load(atoi(arguments[2]), atoi(arguments[3]), atoi(arguments[4]), strcmp(arguments[5], "resume") == 0);
    if (count == 4 && strcmp(job, "hold") == 0) return hold(atoi(arguments[2]), atoi(arguments[3]));
    fputs("usage: serve listen CERTIFICATE KEY\n       serve load PORT COUNT CONCURRENCY full|resume\n"
          "       serve hold PORT COUNT\n", stderr);
    return 64;
}
