/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of kernel cases.
 */
#include <sys/param.h>

#include <sys/systm.h>

#include "kitrw.h"
#include "ktest.h"

static const struct ktest tests[] = {
    {"write", kitrw_kwrite},
    {"overwrite", kitrw_koverwrite},
    {"buffers", kitrw_kbuffers},
    {"iodone", kitrw_kiodone},
    {"holes", kitrw_kholes},
    {"pages", kitrw_kpages},
    {"io_unit", kitrw_kio_unit},
    {"fsync", kitrw_kfsync},
    {"newvnode", kitrw_knewvnode},
    {"whiteout", kitrw_kwhiteout},
    {"checks", kitrw_kchecks},
    {"accounting", kitrw_kaccounting},
    {"quota", kitrw_kquota},
    {"cow", kitrw_kcow},
    {"gate", kitrw_kgate},
    {"suspend", kitrw_ksuspend},
    {"wapbl", kitrw_kwapbl},
    {"replay", kitrw_kreplay},
    {"async", kitrw_kasync},
    {"print", kitrw_kprint},
    {"odd", kitrw_kodd},
    {"uncalled", kitrw_kuncalled},
    {NULL, NULL},
};
KTEST_MAIN(tests)
