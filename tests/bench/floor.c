/* floor: what no client can beat: the query sent, the bytes read and dropped.
 *
 *   floor HOST PORT USER DB "QUERY" [0|1 binary]      trust authentication only
 *   floor HOST PORT USER DB "QUERY" point ROWS        the query with an int8 parameter, prepared, so many times
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int fd;
static unsigned char buf[1 << 20];
static size_t have, at;
static void fill(void) { ssize_t n = read(fd, buf, sizeof buf); if (n <= 0) { perror("read"); exit(1); } have = n; at = 0; }
static void skip(size_t n) { while (n) { if (at == have) fill(); size_t k = have - at < n ? have - at : n; at += k; n -= k; } }
static unsigned char byte(void) { if (at == have) fill(); return buf[at++]; }
static unsigned u32(void) { unsigned v = 0; for (int i = 0; i < 4; i++) v = v << 8 | byte(); return v; }
static unsigned char out[65536]; static size_t o;
static void p32(unsigned v) { out[o++] = v >> 24; out[o++] = v >> 16; out[o++] = v >> 8; out[o++] = v; }
static void p16(unsigned v) { out[o++] = v >> 8; out[o++] = v; }
static void ps(const char *s) { size_t n = strlen(s) + 1; memcpy(out + o, s, n); o += n; }
static void len_at(size_t p) { size_t n = o - p; out[p] = n >> 24; out[p + 1] = n >> 16; out[p + 2] = n >> 8; out[p + 3] = n; }
static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static double first;
static long until_ready(long *bytes)
{
    long rows = 0;
    for (;;) {
        unsigned char t = byte(); unsigned l = u32(); skip(l - 4); *bytes += l + 1;
        if (t == 'D') { if (!rows++) first = now(); } else if (t == 'E') { fprintf(stderr, "error\n"); exit(1); } else if (t == 'Z') return rows;
    }
}
int main(int argc, char **argv)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &a.sin_addr);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (void *)&a, sizeof a)) { perror("connect"); return 1; }
    o = 0; p32(0); p32(196608); ps("user"); ps(argv[3]); ps("database"); ps(argv[4]); out[o++] = 0; len_at(0);
    if (write(fd, out, o) < 0) return 1;
    long b = 0; until_ready(&b);
    double start = now();
    o = 0; size_t p;
    if (argc > 7 && !strcmp(argv[6], "point")) {
        out[o++] = 'P'; p = o; p32(0); ps("s"); ps(argv[5]); p16(1); p32(20); len_at(p);
        out[o++] = 'S'; p32(4);
        if (write(fd, out, o) < 0) return 1;
        until_ready(&b);
        long rows = 0, n = atol(argv[7]);
        b = 0; start = now();
        for (long i = 0; i < n; i++) {
            unsigned long long id = 1 + (i * 7919) % 100000;
            o = 0;
            out[o++] = 'B'; p = o; p32(0); ps(""); ps("s"); p16(1); p16(1); p16(1); p32(8); p32(id >> 32); p32(id); p16(1); p16(1); len_at(p);
            out[o++] = 'E'; p = o; p32(0); ps(""); p32(0); len_at(p);
            out[o++] = 'S'; p32(4);
            if (write(fd, out, o) < 0) return 1;
            rows += until_ready(&b);
        }
        double wall = now() - start;
        struct rusage r; getrusage(RUSAGE_SELF, &r);
        printf("floor rows=%ld bytes=%ld wall=%.3f cpu=%.3f rss_kb=%ld first_ms=0\n", rows, b, wall,
               r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6, r.ru_maxrss);
        return 0;
    }
    out[o++] = 'P'; p = o; p32(0); ps(""); ps(argv[5]); p16(0); len_at(p);
    out[o++] = 'B'; p = o; p32(0); ps(""); ps(""); p16(0); p16(0); p16(1); p16(argc > 6 ? atoi(argv[6]) : 0); len_at(p);
    out[o++] = 'E'; p = o; p32(0); ps(""); p32(0); len_at(p);
    out[o++] = 'S'; p32(4);
    if (write(fd, out, o) < 0) return 1;
    b = 0; long rows = until_ready(&b);
    double wall = now() - start;
    struct rusage r; getrusage(RUSAGE_SELF, &r);
    printf("floor rows=%ld bytes=%ld wall=%.3f cpu=%.3f rss_kb=%ld first_ms=%.1f\n", rows, b, wall,
           r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6, r.ru_maxrss, (first - start) * 1e3);
    return 0;
}
