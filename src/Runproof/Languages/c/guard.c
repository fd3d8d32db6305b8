/* Loaded into a plain test program: tells how it ended, and leaves out the test functions that are not wanted.
 *
 * A test program that judges by its exit code alone looks passed when the code under test calls exit(0). So each end is written
 * down: main returned, who called exit, or the calls that a signal ended. RUNPROOF_END names the file; RUNPROOF_SKIP is "VALUE DISTANCE..." with the distances of
 * functions from main, which then return VALUE (0 or 1) at once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef int (*main_function)(int, char **, char **);
typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static main_function real_main;
static char end_file[4096];
static char skipped[1 << 16];

static void note(const char *how, int code, void *caller)
{
    char line[8192];
    Dl_info info;
    const char *module = "-";
    unsigned long offset = 0;
    int file, length;
    if (end_file[0] == 0) return;
    if (caller != NULL && dladdr(caller, &info) != 0 && info.dli_fname != NULL) {
        module = info.dli_fname;
        offset = (unsigned long)((char *)caller - (char *)info.dli_fbase);
    }
    length = snprintf(line, sizeof line, "%d %s %d %lx %s\n", (int)getpid(), how, code, offset, module);
    file = open(end_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (write(file, line, (size_t)length) < 0) { /* the end is then not known */ }
    close(file);
}

/* "PID signal NUMBER DISTANCE,DISTANCE... -": the frames as distances from main. Then the signal does what it does. */
static void fatal(int number)
{
    void *frames[48];
    char line[2048];
    int count = backtrace(frames, 48), place, length, file;
    signal(number, SIG_DFL);
    length = snprintf(line, sizeof line, "%d signal %d 0", (int)getpid(), number);
    for (place = 0; place < count && length < (int)sizeof line - 32; place++) {
        length += snprintf(line + length, sizeof line - (size_t)length, ",%ld", (long)((char *)frames[place] - (char *)(uintptr_t)real_main));
    }
    length += snprintf(line + length, sizeof line - (size_t)length, " -\n");
    file = open(end_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) {
        if (write(file, line, (size_t)length) < 0) { /* where it was is then not known */ }
        close(file);
    }
    raise(number);
}

static void watch(void)
{
    static const int fatal_ones[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static char stack[1 << 16];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_handler = fatal, .sa_flags = SA_ONSTACK | SA_NODEFER};
    void *frame;
    size_t place;
    if (end_file[0] == 0) return;
    backtrace(&frame, 1);
    sigaltstack(&other, NULL);
    for (place = 0; place < sizeof fatal_ones / sizeof *fatal_ones; place++) sigaction(fatal_ones[place], &action, NULL);
}

#if defined(__x86_64__)
static const unsigned char give_0[] = {0x31, 0xc0, 0xc3};
static const unsigned char give_1[] = {0xb8, 1, 0, 0, 0, 0xc3};
#elif defined(__aarch64__)
static const unsigned char give_0[] = {0x00, 0x00, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6};
static const unsigned char give_1[] = {0x20, 0x00, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6};
#else
#error "no machine code for this processor"
#endif

static void skip(void)
{
    char *rest = skipped, *next;
    long page = sysconf(_SC_PAGESIZE);
    long value = strtol(rest, &next, 10);
    const unsigned char *code = value == 0 ? give_0 : give_1;
    size_t length = value == 0 ? sizeof give_0 : sizeof give_1;
    for (rest = next; ; rest = next) {
        long distance = strtol(rest, &next, 10);
        char *place = (char *)(uintptr_t)real_main + distance;
        char *begin = (char *)((uintptr_t)place & ~(uintptr_t)(page - 1));
        if (next == rest) return;
        if (mprotect(begin, (size_t)(2 * page), PROT_READ | PROT_WRITE | PROT_EXEC) != 0 && mprotect(begin, (size_t)page, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) abort();
        memcpy(place, code, length);
        __builtin___clear_cache(place, place + length);
    }
}

static int guarded_main(int argc, char **argv, char **variables)
{
    int code;
    skip();
    watch();
    code = real_main(argc, argv, variables);
    note("return", code & 0xff, NULL);
    return code;
}

static void take(const char *name, char *into, size_t size)
{
    char *value = getenv(name);
    if (value == NULL) return;
    if (strlen(value) < size) strcpy(into, value);
    /* Nor does /proc tell it. */
    memset(value, 'x', strlen(value));
    unsetenv(name);
}

int __libc_start_main(main_function program, int argc, char **argv, void (*init)(void), void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
    start_function start = (start_function)dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = program;
    return start(guarded_main, argc, argv, init, fini, rtld_fini, stack);
}

__attribute__((constructor)) static void begin(void)
{
    take("RUNPROOF_END", end_file, sizeof end_file);
    take("RUNPROOF_SKIP", skipped, sizeof skipped);
    unsetenv("LD_PRELOAD");
}

#define GUARDED(name)                                                        \
    void name(int code)                                                      \
    {                                                                        \
        void (*next)(int) = (void (*)(int))dlsym(RTLD_NEXT, #name);          \
        note("exit", code & 0xff, __builtin_return_address(0));              \
        next(code);                                                          \
        __builtin_unreachable();                                             \
    }

GUARDED(exit)
GUARDED(_exit)
GUARDED(_Exit)
GUARDED(quick_exit)
