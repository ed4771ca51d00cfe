/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SECMODEL_SECMODEL_H_
#define _SECMODEL_SECMODEL_H_

/* secmodel(9): registration of security models, and questions to them */

#include <prop/proplib.h>
#include <sys/stdarg.h>
#include <sys/types.h>

typedef int (*secmodel_plug_t)(void);
typedef int (*secmodel_eval_t)(const char *, void *, void *);
typedef void (*secmodel_setinfo_t)(prop_dictionary_t);
typedef struct secmodel_descr *secmodel_t;

void secmodel_init(void);
int secmodel_register(secmodel_t *, const char *, const char *,
    prop_dictionary_t, secmodel_eval_t, secmodel_setinfo_t);
int secmodel_deregister(secmodel_t);
int secmodel_eval(const char *, const char *, void *, void *);
int secmodel_nsecmodels(void);

#endif /* !_SECMODEL_SECMODEL_H_ */
