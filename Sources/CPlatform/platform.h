// What the Glibc module hides or imports with unusable types. Declarations and one-line wrappers only.
#ifndef SSLPROBE_PLATFORM_H
#define SSLPROBE_PLATFORM_H

// Without _GNU_SOURCE: it changes structures that the Glibc module has already seen, and the two would not agree.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// What _GNU_SOURCE would have declared.
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
static inline int platform_no_data(void) { return -5; }         // EAI_NODATA
static inline int platform_other_family(void) { return -9; }    // EAI_ADDRFAMILY

// The flags import as three different Swift types, which change between C library versions.
static inline int platform_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}
static inline int platform_without_delay(int descriptor) {
    int on = 1;
    return setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
// Lets a server come back to its port while connections of the former one are still in TIME_WAIT.
static inline int platform_reuse_address(int descriptor) {
    int on = 1;
    return setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}
static inline int platform_only_ipv6(int descriptor, int on) {
    return setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
}
static inline int platform_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
static inline int platform_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int platform_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline int platform_signalfd(const sigset_t *signals) {
    return signalfd(-1, signals, SFD_NONBLOCK | SFD_CLOEXEC);
}
// Edge-triggered, both directions: one registration for the life of the descriptor.
static inline int platform_watch(int epoll, int descriptor, uint64_t mark) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = mark}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
// For a descriptor that several loops watch: a client wakes one of those that sleep, not all.
static inline int platform_watch_shared(int epoll, int descriptor, uint64_t mark) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLET, .data = {.u64 = mark}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
static inline int platform_watch_alarm(int epoll, int eventfd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.u64 = UINT64_MAX}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd, &event);
}
static inline int platform_unwatch(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}
static inline int platform_may_read(uint32_t events) {
    return (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
}
static inline int platform_may_write(uint32_t events) { return (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0; }
// RLIMIT_NOFILE imports as a type that changes between C library versions.
static inline int platform_file_limit(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
static inline int platform_set_file_limit(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }
// stat's macros and struct members differ between the Glibc module and this one.
static inline mode_t platform_mode(const struct stat *status) { return status->st_mode & 07777; }
static inline int platform_is_regular(const struct stat *status) { return S_ISREG(status->st_mode); }
static inline int platform_is_link(const struct stat *status) { return S_ISLNK(status->st_mode); }
static inline int platform_is_folder(const struct stat *status) { return S_ISDIR(status->st_mode); }

static inline int platform_is_pipe(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
}

#endif
