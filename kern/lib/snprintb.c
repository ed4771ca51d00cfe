/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snprintb(9): flag words as text, after a description in a string; sizes for
 * people.
 */

#include <lib/libkern/libkern.h>
#include <sys/systm.h>
#include <sys/types.h>

struct out {
	char *buf;
	size_t size;
	size_t len;
};

static void
out_str(struct out *o, const char *s, size_t n)
{
	for (; n != 0; n--, s++, o->len++) {
		if (o->len + 1 < o->size)
			o->buf[o->len] = *s;
	}
}

static void
out_num(struct out *o, int base, uint64_t v)
{
	char tmp[32];
	int n;

	n = snprintf(tmp, sizeof(tmp),
	    base == 8        ? "%#jo"
		: base == 10 ? "%ju"
			     : "%#jx",
	    (uintmax_t)v);
	out_str(o, tmp, (size_t)n);
}

static size_t
name_len(const char *s)
{
	size_t n;

	for (n = 0; (unsigned char)s[n] > ' '; n++)
		continue;
	return n;
}

struct state {
	bool open;        /* '<' was written */
	size_t linestart; /* for the length limit */
	size_t max;
	uint64_t value;
	int base;
};

/* start a new item: '<' or ',' , or a new line when this one gets too long */
static void
item(struct out *o, struct state *st, size_t need)
{
	if (st->open && st->max != 0 &&
	    o->len + need + 2 - st->linestart > st->max) {
		out_str(o, ">", 2); /* with NUL: lines are strings */
		st->linestart = o->len;
		out_num(o, st->base, st->value);
		st->open = false;
	}
	out_str(o, st->open ? "," : "<", 1);
	st->open = true;
}

/* "\10\2BITTWO\1BITONE": bit numbers from 1 */
static void
old_style(struct out *o, struct state *st, const char *fmt)
{
	while (*fmt != '\0') {
		int bit = (unsigned char)*fmt++ - 1;
		size_t n = name_len(fmt);

		if (bit >= 0 && bit < 64 && (st->value & (1ULL << bit))) {
			item(o, st, n);
			out_str(o, fmt, n);
		}
		fmt += n;
		while ((unsigned char)*fmt > ' ')
			fmt++;
	}
}

/* "\177\020b\0NAME\0f\4\4FIELD\0=\1ONE\0": bit numbers from 0, NUL-ended */
static void
new_style(struct out *o, struct state *st, const char *fmt)
{
	uint64_t field = st->value;
	bool matched = false;
	int bit, width;
	size_t n;

	while (*fmt != '\0') {
		char op = *fmt++;

		switch (op) {
		case 'b':
			bit = (unsigned char)*fmt++;
			n = strlen(fmt);
			if (bit < 64 && (st->value & (1ULL << bit))) {
				item(o, st, n);
				out_str(o, fmt, n);
			}
			break;
		case 'f':
		case 'F':
			bit = (unsigned char)*fmt++;
			width = (unsigned char)*fmt++;
			field = bit >= 64 ? 0 : st->value >> bit;
			if (width < 64)
				field &= (1ULL << width) - 1;
			matched = false;
			n = strlen(fmt);
			if (op == 'f') {
				item(o, st, n + 20);
				out_str(o, fmt, n);
				out_str(o, "=", 1);
				out_num(o, st->base, field);
			}
			break;
		case '=':
		case ':':
			bit = (unsigned char)*fmt++;
			n = strlen(fmt);
			if (field == (uint64_t)bit) {
				if (op == '=')
					out_str(o, "=", 1);
				else
					item(o, st, n);
				out_str(o, fmt, n);
				matched = true;
			}
			break;
		case '*':
			n = strlen(fmt);
			if (!matched) {
				char tmp[64];
				int m;

				/* one conversion of the value at most */
				m = snprintf(tmp, sizeof(tmp), "%.*s",
				    (int)strcspn(fmt, "%"), fmt);
				item(o, st, n);
				out_str(o, tmp,
				    (size_t)m < sizeof(tmp) ? (size_t)m
							    : sizeof(tmp) - 1);
				if (strchr(fmt, '%') != NULL)
					out_num(o, st->base, field);
			}
			break;
		default:
			return;
		}
		fmt += n + 1;
	}
}

/* as snprintb(9), in lines of at most max characters; 0: one line */
int
snprintb_m(char *buf, size_t size, const char *fmt, uint64_t val, size_t max)
{
	struct out o = {buf, size, 0};
	struct state st = {.max = max, .value = val};
	bool new = *fmt == '\177';

	if (new)
		fmt++;
	switch (*fmt++) {
	case 8:
		st.base = 8;
		break;
	case 10:
		st.base = 10;
		break;
	case 16:
		st.base = 16;
		break;
	default:
		if (size != 0)
			buf[0] = '\0';
		return -1;
	}
	out_num(&o, st.base, val);
	if (new)
		new_style(&o, &st, fmt);
	else
		old_style(&o, &st, fmt);
	if (st.open)
		out_str(&o, ">", 1);
	if (size != 0)
		buf[o.len < size ? o.len : size - 1] = '\0';
	if (max != 0) {
		/* an empty string ends the list of lines */
		if (o.len + 1 < size)
			buf[o.len + 1] = '\0';
		o.len++;
	}
	return (int)o.len;
}

int
snprintb(char *buf, size_t size, const char *fmt, uint64_t val)
{
	return snprintb_m(buf, size, fmt, val, 0);
}

char *
bitmask_snprintf(u_quad_t val, const char *fmt, char *buf, size_t size)
{
	(void)snprintb(buf, size, fmt, val);
	return buf;
}

/* "123 KB": at most len - 1 characters, 1 to 4 digits */
int
humanize_number(
    char *buf, size_t len, uint64_t bytes, const char *suffix, int divisor)
{
	static const char *const si[] = {"", "k", "M", "G", "T", "P", "E"};
	static const char *const bin[] = {"", "K", "M", "G", "T", "P", "E"};
	uint64_t div = (uint64_t)divisor, max = 1;
	unsigned int i;
	size_t room;

	if (len == 0)
		return -1;
	buf[0] = '\0';
	room = strlen(suffix) + 3; /* blank, prefix, NUL */
	if (len < room + 1)
		return -1;
	for (room = len - room; room != 0 && max < UINT64_MAX / 10; room--)
		max *= 10;
	for (i = 0; bytes >= max && i < __arraycount(si) - 1; i++)
		bytes = (bytes + div / 2) / div;
	return snprintf(buf, len, "%ju%s%s%s", (uintmax_t)bytes,
	    i == 0 && *suffix == '\0' ? "" : " ",
	    divisor == 1024 ? bin[i] : si[i], suffix);
}

int
format_bytes(char *buf, size_t len, uint64_t bytes)
{
	int n = humanize_number(buf, len, bytes, "B", 1024);

	return n == -1 ? 0 : n;
}
