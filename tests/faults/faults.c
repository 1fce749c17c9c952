/* Makes calls that write below a folder fail, to see what a program makes of it. Loaded by LD_PRELOAD.
 *
 * FAULT_DIR    the folder: only files below it are touched
 * FAULT_CALLS  letters: w write and pwrite, s fsync and fdatasync, t ftruncate, o open to write
 * FAULT_AT     the number of the first call that fails, from 1; 0 for none
 * FAULT_TIMES  how many fail, counted from there; 0 for all that follow
 * FAULT_ERRNO  the error's number; 0: a write writes half of its bytes
 * FAULT_WHILE  a file: as long as it exists, and only then, calls are counted and fail
 * FAULT_COUNT  a file to which a byte is written for every call that was counted
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_long calls;

static long number(const char *name) {
    const char *value = getenv(name);
    return value ? strtol(value, NULL, 10) : 0;
}

/* Whether a call of this letter on this path is to fail. */
static int strikes(char letter, const char *path) {
    const char *folder = getenv("FAULT_DIR"), *letters = getenv("FAULT_CALLS");
    if (!folder || !letters || !strchr(letters, letter) || strncmp(path, folder, strlen(folder)) != 0)
        return 0;
    const char *file = getenv("FAULT_WHILE");
    if (file && access(file, F_OK) != 0)
        return 0;
    long at = number("FAULT_AT"), times = number("FAULT_TIMES"), call = atomic_fetch_add(&calls, 1) + 1;
    const char *count = getenv("FAULT_COUNT");
    if (count) {
        int fd = REAL(open)(count, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd >= 0) {
            (void)!REAL(write)(fd, &letter, 1);
            close(fd);
        }
    }
    return at > 0 && call >= at && (times == 0 || call < at + times);
}

static int strikes_fd(char letter, int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return strikes(letter, path);
}

static int fails(void) {
    errno = (int)number("FAULT_ERRNO");
    return -1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (strikes_fd('w', fd)) {
        if (number("FAULT_ERRNO"))
            return fails();
        size = (size + 1) / 2;
    }
    return REAL(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    if (strikes_fd('w', fd)) {
        if (number("FAULT_ERRNO"))
            return fails();
        size = (size + 1) / 2;
    }
    return REAL(pwrite)(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { return pwrite(fd, bytes, size, at); }

int fsync(int fd) { return strikes_fd('s', fd) ? fails() : REAL(fsync)(fd); }

int fdatasync(int fd) { return strikes_fd('s', fd) ? fails() : REAL(fdatasync)(fd); }

int ftruncate(int fd, off_t size) { return strikes_fd('t', fd) ? fails() : REAL(ftruncate)(fd, size); }

int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

static int opens(int folder, const char *path, int flags, mode_t mode) {
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT))
        if (strikes('o', path))
            return fails();
    return REAL(openat)(folder, path, flags, mode);
}

#define MODE(last)                                                                                                     \
    mode_t mode = 0;                                                                                                   \
    if (last & (O_CREAT | O_TMPFILE)) {                                                                                \
        va_list rest;                                                                                                  \
        va_start(rest, last);                                                                                          \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return opens(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opens(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return opens(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return opens(folder, path, flags, mode);
}
