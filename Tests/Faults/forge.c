// A TLS peer that finishes its handshake by the book and then sends whatever records it is told to.
//
// forge [--until-eof] [--request-certificate] CERT KEY 1.2|1.3 STEP...    a server
// forge --connect PORT 1.2|1.3 STEP...                                    a client
//
// libssl does the handshake; afterwards this program takes its own write key (from the key log in TLS 1.3, from the
// master secret in TLS 1.2) and encrypts the records itself. So it can send what no TLS library would, at any speed.
// Steps: data:TEXT ticket keyupdate keyupdate-request hello-request empty alert:LEVEL:NUMBER handshake:HEX
// record:TYPE:HEX raw:HEX wait:MS request (waits for bytes from the peer) take (all
// that has come) drain (reads to the end)
// read (reads on the side from now on) fin rst hold loop (back to the start).
// \n and \r in a TEXT are a backslash and a letter.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 16384, PATIENCE_MS = 60000 };

static int tls13, client;
static int sock;
static unsigned char secret[32], key[16], iv[12];
static unsigned long long sequence;

static void die(const char *what) {
    fprintf(stderr, "forge: %s\n", what);
    exit(1);
}

static void hmac(const unsigned char *with, int with_length, const unsigned char *data, size_t length, unsigned char *out) {
    unsigned size = 32;
    HMAC(EVP_sha256(), with, with_length, data, length, out, &size);
}

// HKDF-Expand-Label of RFC 8446 with an empty context; up to 32 bytes.
static void expand(const char *label, unsigned char *out, size_t length) {
    unsigned char info[64], block[32];
    int n = snprintf((char *)info + 3, sizeof info - 3, "tls13 %s", label);
    info[0] = 0, info[1] = (unsigned char)length, info[2] = (unsigned char)n;
    info[3 + n] = 0, info[4 + n] = 1;
    hmac(secret, 32, info, (size_t)n + 5, block);
    memcpy(out, block, length);
}

static void use_secret(void) {
    expand("key", key, 16);
    expand("iv", iv, 12);
    sequence = 0;
}

// The key block of TLS 1.2: client key, server key, client iv, server iv.
static void derive12(SSL *ssl) {
    unsigned char master[48], seed[13 + 64], a[32], block[64], input[32 + sizeof seed];
    SSL_SESSION_get_master_key(SSL_get_session(ssl), master, sizeof master);
    memcpy(seed, "key expansion", 13);
    SSL_get_server_random(ssl, seed + 13, 32);
    SSL_get_client_random(ssl, seed + 45, 32);
    hmac(master, 48, seed, sizeof seed, a);
    for (int i = 0; i < 2; i++) {
        memcpy(input, a, 32);
        memcpy(input + 32, seed, sizeof seed);
        hmac(master, 48, input, sizeof input, block + 32 * i);
        hmac(master, 48, a, 32, a);
    }
    memcpy(key, block + (client ? 0 : 16), 16);
    memcpy(iv, block + (client ? 32 : 36), 4);
    sequence = 1;  // the Finished was number 0
}

static void keylog(const SSL *ssl, const char *line) {
    (void)ssl;
    if (strncmp(line, client ? "CLIENT_TRAFFIC_SECRET_0 " : "SERVER_TRAFFIC_SECRET_0 ", 24) != 0) return;
    const char *hex = strrchr(line, ' ') + 1;
    for (int i = 0; i < 32; i++) sscanf(hex + 2 * i, "%2hhx", &secret[i]);
}

static void send_all(const unsigned char *data, size_t length) {
    while (length > 0) {
        ssize_t n = write(sock, data, length);
        if (n <= 0) exit(0);
        data += n, length -= (size_t)n;
    }
}

static void send_record(unsigned char type, const unsigned char *body, size_t length) {
    static unsigned char out[LONGEST + 64], plain[LONGEST + 1];
    unsigned char nonce[12], number[13] = {0};
    int n, extra = tls13 ? 0 : 8, plain_length = (int)length + tls13;
    for (int i = 0; i < 8; i++) number[i] = (unsigned char)(sequence >> (56 - 8 * i));
    memcpy(nonce, iv, 12);
    if (tls13) for (int i = 0; i < 8; i++) nonce[4 + i] ^= number[i];
    else memcpy(nonce + 4, number, 8);
    size_t wire = (size_t)plain_length + (size_t)extra + 16;
    out[0] = tls13 ? 23 : type, out[1] = 3, out[2] = 3, out[3] = (unsigned char)(wire >> 8), out[4] = (unsigned char)wire;
    if (!tls13) {
        memcpy(out + 5, number, 8);
        number[8] = type, number[9] = 3, number[10] = 3;
        number[11] = (unsigned char)(length >> 8), number[12] = (unsigned char)length;
    }
    if (length > 0) memcpy(plain, body, length);
    plain[length] = type;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), NULL, key, nonce);
    EVP_EncryptUpdate(cipher, NULL, &n, tls13 ? out : number, tls13 ? 5 : 13);
    EVP_EncryptUpdate(cipher, out + 5 + extra, &n, plain, plain_length);
    EVP_EncryptFinal_ex(cipher, out + 5 + extra + plain_length, &n);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, 16, out + 5 + extra + plain_length);
    EVP_CIPHER_CTX_free(cipher);
    sequence++;
    send_all(out, wire + 5);
}

static size_t from_hex(const char *hex, unsigned char *out) {
    size_t n = 0;
    while (n < LONGEST && sscanf(hex + 2 * n, "%2hhx", &out[n]) == 1) n++;
    return n;
}

static void send_key_update(unsigned char request) {
    unsigned char message[5] = {24, 0, 0, 1, request};
    send_record(22, message, 5);
    expand("traffic upd", secret, 32);
    use_secret();
}

static void send_ticket(void) {
    static unsigned count;
    unsigned char message[4 + 4 + 4 + 5 + 2 + 64 + 2] = {4, 0, 0, 4 + 4 + 5 + 2 + 64 + 2, 0, 0, 0x1c, 0x20};
    message[12] = 4;
    for (int i = 0; i < 4; i++) message[13 + i] = (unsigned char)(count >> (24 - 8 * i));
    message[18] = 64;
    memset(message + 19, (int)(++count & 0xff), 64);
    send_record(22, message, sizeof message);
}

static void close_with_reset(void) {
    struct linger now = {1, 0};
    setsockopt(sock, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(sock);
    exit(0);
}

static void read_to_end(void) {
    unsigned char bin[4096];
    while (read(sock, bin, sizeof bin) > 0) continue;
}

static void perform(const char *step) {
    static unsigned char body[LONGEST];
    unsigned a = 0, b = 0;
    if (strncmp(step, "data:", 5) == 0) {
        size_t n = 0;
        for (const char *c = step + 5; *c != 0 && n < LONGEST; c++)
            body[n++] = (unsigned char)(*c != '\\' || c[1] == 0 ? *c : *++c == 'n' ? '\n' : '\r');
        send_record(23, body, n);
    } else if (strcmp(step, "ticket") == 0) send_ticket();
    else if (strcmp(step, "keyupdate") == 0) send_key_update(0);
    else if (strcmp(step, "keyupdate-request") == 0) send_key_update(1);
    else if (strcmp(step, "hello-request") == 0) send_record(22, (const unsigned char *)"\0\0\0\0", 4);
    else if (strcmp(step, "empty") == 0) send_record(23, NULL, 0);
    else if (sscanf(step, "alert:%u:%u", &a, &b) == 2) {
        body[0] = (unsigned char)a, body[1] = (unsigned char)b;
        send_record(21, body, 2);
    } else if (strncmp(step, "handshake:", 10) == 0) send_record(22, body, from_hex(step + 10, body));
    else if (sscanf(step, "record:%u:", &a) == 1 && strchr(step + 7, ':'))
        send_record((unsigned char)a, body, from_hex(strchr(step + 7, ':') + 1, body));
    else if (strncmp(step, "raw:", 4) == 0) send_all(body, from_hex(step + 4, body));
    else if (sscanf(step, "wait:%u", &a) == 1) usleep(a * 1000);
    else if (strcmp(step, "request") == 0) {
        if (read(sock, body, sizeof body) <= 0) exit(0);
    } else if (strcmp(step, "take") == 0) {
        while (recv(sock, body, sizeof body, MSG_DONTWAIT) > 0) {}
    } else if (strcmp(step, "drain") == 0) read_to_end();
    else if (strcmp(step, "read") == 0) {
        static int is_read;
        if (is_read++ || fork() != 0) return;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        read_to_end();
        exit(0);
    } else if (strcmp(step, "fin") == 0) {
        shutdown(sock, SHUT_WR);
        read_to_end();
        exit(0);
    } else if (strcmp(step, "rst") == 0) close_with_reset();
    else if (strcmp(step, "hold") == 0) pause();
    else die("unknown step");
}

static int accept_any(int ok, X509_STORE_CTX *store) {
    (void)ok, (void)store;
    return 1;
}

static void play(SSL_CTX *context, char **steps) {
    alarm(PATIENCE_MS / 1000);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int one = 1;
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, sock);
    if ((client ? SSL_connect(ssl) : SSL_accept(ssl)) != 1) exit(0);
    if (tls13) use_secret();
    else derive12(ssl);
    for (char **step = steps; *step != NULL; step++) {
        if (strcmp(*step, "loop") == 0) step = steps - 1;
        else perform(*step);
    }
    exit(0);
}

static SSL_CTX *make_context(const char *version) {
    tls13 = strcmp(version, "1.3") == 0;
    SSL_CTX *context = SSL_CTX_new(client ? TLS_client_method() : TLS_server_method());
    SSL_CTX_set_min_proto_version(context, tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256");
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_keylog_callback(context, keylog);
    return context;
}

int main(int argc, char **argv) {
    int until_eof = 0, request = 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    for (argv++, argc--; argc > 0 && argv[0][0] == '-'; argv++, argc--) {
        if (strcmp(*argv, "--until-eof") == 0) until_eof = 1;
        else if (strcmp(*argv, "--request-certificate") == 0) request = 1;
        else if (strcmp(*argv, "--connect") == 0 && argc > 2) {
            client = 1, argv++, argc--;
            address.sin_port = htons((unsigned short)atoi(*argv));
        } else die("unknown option");
    }
    signal(SIGPIPE, SIG_IGN);
    if (client) {
        if (argc < 1) die("1.2|1.3 STEP...");
        sock = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sock, (struct sockaddr *)&address, length) != 0) die("cannot connect");
        play(make_context(argv[0]), argv + 1);
    }
    if (argc < 3) die("CERT KEY 1.2|1.3 STEP...");
    SSL_CTX *context = make_context(argv[2]);
    if (request) SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_any);
    if (SSL_CTX_use_certificate_chain_file(context, argv[0]) != 1) die("the certificate cannot be used");
    if (SSL_CTX_use_PrivateKey_file(context, argv[1], SSL_FILETYPE_PEM) != 1) die("the key cannot be used");

    prctl(PR_SET_PDEATHSIG, SIGTERM);  // a peer does not outlive the one who started it
    signal(SIGCHLD, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 128) != 0) die("cannot listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        struct pollfd wait[2] = {{listener, POLLIN, 0}, {until_eof ? 0 : -1, POLLIN, 0}};
        if (poll(wait, 2, -1) <= 0) continue;
        if (wait[1].revents != 0) return 0;
        if ((wait[0].revents & POLLIN) == 0) continue;
        sock = accept(listener, NULL, NULL);
        if (sock < 0) continue;
        if (fork() == 0) {
            close(listener);
            play(context, argv + 3);
        }
        close(sock);
    }
}
