/* Harm for a program that was started with LD_PRELOAD on this library. Which, the environment says:
 *
 * HARM_CALL  a call that writes (pwrite64, write, fsync, ftruncate64, unlink, rename, link) or "any" of them
 * HARM_AT    the how manieth such call is harmed, from 1
 * HARM_ERRNO the error that it gets, and every later one if HARM_STAYS is set; without it the process is killed there and then
 * HARM_SAID  a file that is told at the end, and before a kill, how many such calls there were
 * HARM_CLOCK a file with seconds by which the wall clock is off, read at every look at the clock
 *
 * Standard input, output and errors are left alone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;

static void say(void) {
  const char *file = getenv("HARM_SAID");
  if (!file) return;
  char text[32];
  int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&calls));
  int out = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (out < 0) return;
  syscall(SYS_write, out, text, (size_t)length);
  syscall(SYS_close, out);
}

__attribute__((destructor)) static void at_end(void) { say(); }

/* Whether this call is to fail; kills if that is what is wanted. */
static int harmed(const char *call) {
  const char *wanted = getenv("HARM_CALL"), *at = getenv("HARM_AT");
  if (!wanted || (strcmp(wanted, call) && strcmp(wanted, "any"))) return 0;
  long now = atomic_fetch_add(&calls, 1) + 1;
  if (!at) return 0;
  const char *error = getenv("HARM_ERRNO");
  if (now != atol(at) && !(now > atol(at) && error && getenv("HARM_STAYS"))) return 0;
  if (!error) {
    say();
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  errno = atoi(error);
  return 1;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  if (harmed("pwrite64")) return -1;
  return syscall(SYS_pwrite64, file, bytes, length, at);
}
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return pwrite64(file, bytes, length, at); }
/* Pipes, sockets and what wakes threads are no disk. */
static int is_kept(int file) {
  struct stat about;
  return file > 2 && fstat(file, &about) == 0 && S_ISREG(about.st_mode);
}
ssize_t write(int file, const void *bytes, size_t length) {
  if (is_kept(file) && harmed("write")) return -1;
  return syscall(SYS_write, file, bytes, length);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  if (is_kept(file) && harmed("write")) return -1;
  return syscall(SYS_writev, file, parts, count);
}
int fsync(int file) { return harmed("fsync") ? -1 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return harmed("fsync") ? -1 : (int)syscall(SYS_fdatasync, file); }
int ftruncate64(int file, off64_t length) { return harmed("ftruncate64") ? -1 : (int)syscall(SYS_ftruncate, file, length); }
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }
int unlink(const char *path) { return harmed("unlink") ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0); }
int rename(const char *from, const char *to) {
  return harmed("rename") ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int link(const char *from, const char *to) {
  return harmed("link") ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int of_from, const char *from, int of_to, const char *to, int flags) {
  return harmed("link") ? -1 : (int)syscall(SYS_linkat, of_from, from, of_to, to, flags);
}

static long off_s(void) {
  const char *file = getenv("HARM_CLOCK");
  if (!file) return 0;
  char text[32] = {0};
  int in = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY, 0);
  if (in < 0) return 0;
  syscall(SYS_read, in, text, sizeof text - 1);
  syscall(SYS_close, in);
  return atol(text);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += off_s();
  return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = (int)syscall(SYS_gettimeofday, now, zone);
  if (result == 0 && now) now->tv_sec += off_s();
  return result;
}
time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
