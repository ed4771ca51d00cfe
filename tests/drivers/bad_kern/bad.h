/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver that does what it may not: one mistake for each name. */
#ifndef BAD_H
#define BAD_H

#include <sys/param.h>

#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "ktest.h"

extern const struct ktest bad_locks[], bad_sleep[], bad_threads[], bad_mem[];

#endif
