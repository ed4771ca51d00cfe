/* SPDX-License-Identifier: BSD-2-Clause */
#include <machine/int_types.h>
