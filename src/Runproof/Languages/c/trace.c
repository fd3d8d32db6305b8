/* Linked into each program and shared library of a build that measures reach: which basic blocks ran, as bits in a file of
 * RUNPROOF_TRACE that is named after the module. The file is shared memory, so what ends the process loses nothing. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_BYTES (64u << 20)

extern char __ehdr_start __attribute__((visibility("hidden")));
static volatile int state;
static unsigned char *bits;

static void open_bits(void)
{
    char module[PATH_MAX], path[PATH_MAX + 512], *one;
    const char *folder = getenv("RUNPROOF_TRACE");
    Dl_info info;
    void *made;
    int file, length;
    state = 1;
    if (folder == NULL) return;
    if (dladdr(&__ehdr_start, &info) == 0 || info.dli_fname == NULL || info.dli_fname[0] != '/' || realpath(info.dli_fname, module) == NULL) {
        ssize_t size = readlink("/proc/self/exe", module, sizeof module - 1);
        if (size < 0) return;
        module[size] = 0;
    }
    for (one = module; *one != 0; one++) {
        if (*one == '/') *one = '\\';
    }
    length = snprintf(path, sizeof path, "%s/%s", folder, module);
    if (length < 0 || (size_t)length >= sizeof path) return;
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (ftruncate(file, MOST_BYTES / 8) == 0) {
        made = mmap(NULL, MOST_BYTES / 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (made != MAP_FAILED) bits = made;
    }
    close(file);
}

__attribute__((visibility("hidden"))) void __sanitizer_cov_trace_pc(void)
{
    uintptr_t place = (uintptr_t)__builtin_return_address(0) - (uintptr_t)&__ehdr_start;
    if (state == 0) open_bits();
    if (bits != NULL && place < MOST_BYTES) bits[place >> 3] |= (unsigned char)(1u << (place & 7));
}
