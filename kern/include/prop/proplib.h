/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROPLIB_PROPLIB_H_
#define _PROPLIB_PROPLIB_H_

/* proplib(3): property lists */

#include <prop/prop_array.h>
#include <prop/prop_bool.h>
#include <prop/prop_data.h>
#include <prop/prop_dictionary.h>
#include <prop/prop_number.h>
#include <prop/prop_object.h>
#include <prop/prop_string.h>

#endif /* !_PROPLIB_PROPLIB_H_ */
