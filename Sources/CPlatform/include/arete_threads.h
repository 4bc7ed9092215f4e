// What a pool of threads needs of the machine: waiting, waking, and a place to run.
#pragma once
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/// Sleeps while `*word` is `value`; may return earlier.
void arete_futex_wait(const uint32_t *word, uint32_t value);

/// Wakes one thread that sleeps on `word`.
void arete_futex_wake(const uint32_t *word);

/// Tells the core that this is a loop that waits: it saves power and leaves the other hyper-thread its share.
static inline void arete_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    // `yield` does nothing on most cores; this barrier takes about as long as x86's pause.
    __asm__ volatile("isb" ::: "memory");
#endif
}

/// The processors that a thread may run on: bit n is bit n % 8 of byte n / 8. Returns 0, or an error number.
int arete_thread_processors(pthread_t thread, unsigned char *mask, size_t bytes);

/// Binds a thread to the processors whose bits are set. Returns 0, or an error number.
int arete_bind_thread(pthread_t thread, const unsigned char *mask, size_t bytes);

/// The processor that the calling thread runs on now; negative where the system does not tell.
int arete_current_processor(void);

/// Lets every other thread that wants the processor go before the calling one.
void arete_let_others_first(void);

/// Starts a thread that no signal of the process disturbs. Returns 0, or an error number.
int arete_start_thread(pthread_t *thread, void *(*body)(void *), void *argument);
