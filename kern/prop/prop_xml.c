/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The external form of property lists: XML as Apple's property lists have it,
 * and its way through an ioctl(2).
 *
 * What is internalized comes from outside: it is parsed with bounds, and nested
 * at most MAX_DEPTH deep.
 */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "prop_impl.h"

#define MAX_DEPTH 32
#define MAX_PLIST (1024 * 1024)

static const char header[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" "
    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
    "<plist version=\"1.0\">\n";
static const char footer[] = "</plist>\n";
static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* writing: once to measure, once into the buffer */
struct out {
	char *buf;
	size_t size;
	size_t len;
};

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->buf != NULL && o->len + n <= o->size)
		memcpy(o->buf + o->len, s, n);
	o->len += n;
}

static void
put_str(struct out *o, const char *s)
{
	put(o, s, strlen(s));
}

static void
indent(struct out *o, int depth)
{
	while (depth-- > 0)
		put(o, "\t", 1);
}

static void
put_text(struct out *o, const char *s, size_t len)
{
	for (; len != 0; len--, s++) {
		switch (*s) {
		case '<':
			put_str(o, "&lt;");
			break;
		case '>':
			put_str(o, "&gt;");
			break;
		case '&':
			put_str(o, "&amp;");
			break;
		default:
			put(o, s, 1);
			break;
		}
	}
}

static void
put_base64(struct out *o, const uint8_t *p, size_t len)
{
	for (; len != 0; p += 3) {
		uint32_t v = (uint32_t)p[0] << 16;
		char q[4];

		if (len > 1)
			v |= (uint32_t)p[1] << 8;
		if (len > 2)
			v |= p[2];
		q[0] = base64[v >> 18];
		q[1] = base64[(v >> 12) & 63];
		q[2] = len > 1 ? base64[(v >> 6) & 63] : '=';
		q[3] = len > 2 ? base64[v & 63] : '=';
		put(o, q, 4);
		len = len > 3 ? len - 3 : 0;
	}
}

static void
put_object(struct out *o, const pobj *po, int depth)
{
	char num[32];
	unsigned int i;

	indent(o, depth);
	switch (po->po_type) {
	case PROP_TYPE_BOOL:
		put_str(o, po->po_bool ? "<true/>\n" : "<false/>\n");
		break;
	case PROP_TYPE_NUMBER:
		if (po->po_unsigned)
			snprintf(num, sizeof(num), "0x%" PRIx64, po->po_num);
		else
			snprintf(
			    num, sizeof(num), "%" PRId64, (int64_t)po->po_num);
		put_str(o, "<integer>");
		put_str(o, num);
		put_str(o, "</integer>\n");
		break;
	case PROP_TYPE_STRING:
	case PROP_TYPE_DICT_KEYSYM:
		put_str(o, "<string>");
		put_text(o, po->po_bytes, po->po_len);
		put_str(o, "</string>\n");
		break;
	case PROP_TYPE_DATA:
		put_str(o, "<data>");
		put_base64(o, (const uint8_t *)po->po_bytes, po->po_len);
		put_str(o, "</data>\n");
		break;
	case PROP_TYPE_ARRAY:
		put_str(o, po->po_count == 0 ? "<array/>\n" : "<array>\n");
		if (po->po_count == 0)
			break;
		for (i = 0; i < po->po_count; i++)
			put_object(o, po->po_objs[i], depth + 1);
		indent(o, depth);
		put_str(o, "</array>\n");
		break;
	case PROP_TYPE_DICTIONARY:
		put_str(o, po->po_count == 0 ? "<dict/>\n" : "<dict>\n");
		if (po->po_count == 0)
			break;
		for (i = 0; i < po->po_count; i++) {
			const struct prop_entry *pe = &po->po_entries[i];

			indent(o, depth + 1);
			put_str(o, "<key>");
			put_text(o, pe->pe_key->po_bytes, pe->pe_key->po_len);
			put_str(o, "</key>\n");
			put_object(o, pe->pe_obj, depth + 1);
		}
		indent(o, depth);
		put_str(o, "</dict>\n");
		break;
	default:
		break;
	}
}

/* freed with free(9) */
char *
prop_externalize(pobj *po)
{
	struct out o = {NULL, 0, 0};

	for (int pass = 0; pass < 2; pass++) {
		o.len = 0;
		put_str(&o, header);
		put_object(&o, po, 0);
		put(&o, footer, sizeof(footer));
		if (pass == 0) {
			o.size = o.len;
			o.buf = malloc(o.size, M_TEMP, M_WAITOK);
			if (o.buf == NULL)
				return NULL;
		}
	}
	return o.buf;
}

/* parsing: p is at what comes next, and the text ends with a NUL */
struct in {
	const char *p;
};

static void
skip_space(struct in *in)
{
	for (;;) {
		const char *e;

		while (isspace((unsigned char)*in->p))
			in->p++;
		if (strncmp(in->p, "<!--", 4) != 0)
			return;
		if ((e = strstr(in->p, "-->")) == NULL)
			return;
		in->p = e + 3;
	}
}

/* "<name>", "<name attributes>" or "<name/>" */
static bool
tag(struct in *in, const char *name, bool *empty)
{
	size_t n = strlen(name);
	const char *p;

	skip_space(in);
	p = in->p;
	if (*p++ != '<' || strncmp(p, name, n) != 0)
		return false;
	p += n;
	if (*p != '>' && *p != '/' && !isspace((unsigned char)*p))
		return false;
	while (*p != '\0' && *p != '>')
		p++;
	if (*p != '>')
		return false;
	*empty = p[-1] == '/';
	in->p = p + 1;
	return true;
}

static bool
end_tag(struct in *in, const char *name)
{
	size_t n = strlen(name);

	skip_space(in);
	if (strncmp(in->p, "</", 2) != 0 || strncmp(in->p + 2, name, n) != 0 ||
	    in->p[2 + n] != '>')
		return false;
	in->p += n + 3;
	return true;
}

static int
entity(const char **pp)
{
	static const struct {
		const char *name;
		char c;
	} ents[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'},
	    {"&apos;", '\''}, {"&quot;", '"'}};

	for (u_int i = 0; i < __arraycount(ents); i++) {
		size_t n = strlen(ents[i].name);

		if (strncmp(*pp, ents[i].name, n) == 0) {
			*pp += n;
			return ents[i].c;
		}
	}
	return -1;
}

/* text up to the next tag */
static pobj *
text(struct in *in, prop_type_t type)
{
	const char *end = strchr(in->p, '<'), *p;
	pobj *po;
	size_t n = 0;
	char *buf;
	int c;

	if (end == NULL)
		return NULL;
	buf = kmem_alloc((size_t)(end - in->p) + 1, KM_SLEEP);
	for (p = in->p; p < end;) {
		c = (unsigned char)*p;
		if (c == '&') {
			if ((c = entity(&p)) == -1)
				break;
		} else
			p++;
		buf[n++] = (char)c;
	}
	po = p < end ? NULL : prop_new_bytes(type, buf, n);
	kmem_free(buf, (size_t)(end - in->p) + 1);
	in->p = end;
	return po;
}

static pobj *
data(struct in *in)
{
	const char *end = strchr(in->p, '<'), *p, *d;
	uint32_t v = 0;
	unsigned int bits = 0;
	size_t n = 0, max;
	pobj *po = NULL;
	uint8_t *buf;

	if (end == NULL)
		return NULL;
	max = (size_t)(end - in->p) + 1;
	buf = kmem_alloc(max, KM_SLEEP);
	for (p = in->p; p < end; p++) {
		if (isspace((unsigned char)*p) || *p == '=')
			continue;
		if ((d = strchr(base64, *p)) == NULL)
			goto out;
		v = (v << 6) | (uint32_t)(d - base64);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf[n++] = (uint8_t)(v >> bits);
		}
	}
	po = prop_new_bytes(PROP_TYPE_DATA, buf, n);
	in->p = end;
out:
	kmem_free(buf, max);
	return po;
}

static pobj *
number(struct in *in)
{
	bool neg;
	char *end;
	uint64_t v;
	pobj *po;

	skip_space(in);
	neg = *in->p == '-';
	v = neg ? (uint64_t)strtoll(in->p, &end, 0) : strtoull(in->p, &end, 0);
	if (end == in->p)
		return NULL;
	/* hexadecimal is how unsigned numbers are written */
	po = !neg && (in->p[0] == '0' && (in->p[1] | 0x20) == 'x')
	    ? prop_number_create_unsigned_integer(v)
	    : prop_number_create_integer((int64_t)v);
	if (!neg && v > INT64_MAX)
		po->po_unsigned = true;
	in->p = end;
	return po;
}

static pobj *object(struct in *, int);

static bool
members(struct in *in, pobj *po, int depth)
{
	bool empty, ok;
	pobj *key, *obj;

	while (!end_tag(in, prop_is(po, PROP_TYPE_ARRAY) ? "array" : "dict")) {
		if (prop_is(po, PROP_TYPE_ARRAY)) {
			if ((obj = object(in, depth + 1)) == NULL ||
			    !prop_array_add_and_rel(po, obj))
				return false;
			continue;
		}
		if (!tag(in, "key", &empty) || empty ||
		    (key = text(in, PROP_TYPE_STRING)) == NULL)
			return false;
		ok = end_tag(in, "key") &&
		    (obj = object(in, depth + 1)) != NULL &&
		    prop_dictionary_set_and_rel(po, key->po_bytes, obj);
		prop_object_release(key);
		if (!ok)
			return false;
	}
	return true;
}

static pobj *
object(struct in *in, int depth)
{
	const char *name = NULL;
	pobj *po = NULL;
	bool empty;

	if (depth > MAX_DEPTH)
		return NULL;
	if (tag(in, "true", &empty))
		return empty || end_tag(in, "true") ? prop_bool_create(true)
						    : NULL;
	if (tag(in, "false", &empty))
		return empty || end_tag(in, "false") ? prop_bool_create(false)
						     : NULL;
	if (tag(in, "array", &empty))
		po = prop_new(PROP_TYPE_ARRAY);
	else if (tag(in, "dict", &empty))
		po = prop_new(PROP_TYPE_DICTIONARY);
	if (po != NULL) {
		if (!empty && !members(in, po, depth)) {
			prop_object_release(po);
			return NULL;
		}
		return po;
	}
	if (tag(in, name = "string", &empty))
		po = empty ? prop_string_create() : text(in, PROP_TYPE_STRING);
	else if (tag(in, name = "integer", &empty))
		po = empty ? NULL : number(in);
	else if (tag(in, name = "data", &empty))
		po = empty ? prop_new_bytes(PROP_TYPE_DATA, "", 0) : data(in);
	else
		return NULL;
	if (po != NULL && !empty && !end_tag(in, name)) {
		prop_object_release(po);
		po = NULL;
	}
	return po;
}

/* NULL if it is not a property list of that type */
pobj *
prop_internalize(const char *xml, prop_type_t type)
{
	struct in in = {xml};
	const char *p;
	bool empty;
	pobj *po;

	/* what comes before the list: <?xml ?> and <!DOCTYPE > */
	skip_space(&in);
	while (strncmp(in.p, "<?", 2) == 0 || strncmp(in.p, "<!", 2) == 0) {
		if ((p = strchr(in.p, '>')) == NULL)
			return NULL;
		in.p = p + 1;
		skip_space(&in);
	}
	if (!tag(&in, "plist", &empty) || empty)
		return NULL;
	po = object(&in, 0);
	if (po == NULL)
		return NULL;
	if (!end_tag(&in, "plist") || po->po_type != type) {
		prop_object_release(po);
		return NULL;
	}
	return po;
}

/* ioctl(2): a list comes in */
static int
copyin_list(const struct plistref *pref, prop_type_t type, pobj **result)
{
	char *buf;
	int error;

	if (pref->pref_len == 0 || pref->pref_len > MAX_PLIST)
		return E2BIG;
	buf = kmem_alloc(pref->pref_len + 1, KM_SLEEP);
	error = copyin(pref->pref_plist, buf, pref->pref_len);
	if (error == 0) {
		buf[pref->pref_len] = '\0';
		*result = prop_internalize(buf, type);
		if (*result == NULL)
			error = EIO;
	}
	kmem_free(buf, pref->pref_len + 1);
	return error;
}

/* and goes out, into memory that is mapped for the caller */
static int
copyout_list(struct plistref *pref, pobj *po)
{
	void *user = NULL;
	size_t len;
	char *buf;
	int error;

	if ((buf = prop_externalize(po)) == NULL)
		return ENOMEM;
	len = strlen(buf) + 1;
	if (RUMP_LOCALPROC_P(curproc))
		error = rumpuser_anonmmap(NULL, round_page(len), 0, 0, &user);
	else
		error = rumpuser_sp_anonmmap(
		    RUMP_SPVM2CTL(curproc), round_page(len), &user);
	if (error == 0)
		error = copyout(buf, user, len);
	free(buf, M_TEMP);
	if (error == 0) {
		pref->pref_plist = user;
		pref->pref_len = len;
	}
	return error;
}

#define IOCTL(kind, type)                                                      \
	int prop_##kind##_copyin(                                              \
	    const struct plistref *pref, prop_##kind##_t *result)              \
	{                                                                      \
		return copyin_list(pref, type, result);                        \
	}                                                                      \
	int prop_##kind##_copyin_ioctl(const struct plistref *pref,            \
	    const u_long cmd, prop_##kind##_t *result)                         \
	{                                                                      \
		if ((cmd & IOC_IN) == 0)                                       \
			return EFAULT;                                         \
		return copyin_list(pref, type, result);                        \
	}                                                                      \
	int prop_##kind##_copyout(struct plistref *pref, prop_##kind##_t po)   \
	{                                                                      \
		return copyout_list(pref, po);                                 \
	}                                                                      \
	int prop_##kind##_copyout_ioctl(                                       \
	    struct plistref *pref, const u_long cmd, prop_##kind##_t po)       \
	{                                                                      \
		if ((cmd & IOC_OUT) == 0)                                      \
			return EFAULT;                                         \
		return copyout_list(pref, po);                                 \
	}
IOCTL(array, PROP_TYPE_ARRAY)
IOCTL(dictionary, PROP_TYPE_DICTIONARY)
