/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the loaded program brings: walk its ELF objects and hand to the kernel
 * their link sets (modules, rump_components) and their symbols.
 *
 * A link set is an array of pointers in a section of its own.  Its bounds are
 * found by the linker's __start_ and __stop_ symbols if the object exports
 * them, and otherwise by the section's header in the object's file: newer
 * linkers hide these symbols, and a static program has no dynamic ones.
 *
 * Nothing is loaded, and objects that have nothing to do with a rump kernel
 * (by their name and by what they need) are not opened.
 */

#include "rumpuser_int.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ElfW
#define ElfW(type) Elf_##type
#endif
#if UINTPTR_MAX > UINT32_MAX
#define SYMBOL_TYPE(info) ELF64_ST_TYPE(info)
#define SYMBOL_BIND(info) ELF64_ST_BIND(info)
#else
#define SYMBOL_TYPE(info) ELF32_ST_TYPE(info)
#define SYMBOL_BIND(info) ELF32_ST_BIND(info)
#endif

#define SYMBOL_PREFIX "rump"

struct range {
	void *const *r_start;
	size_t r_count;
};

/* one loaded object; pointers are into memory or into the mapped file */
struct object {
	uintptr_t o_base;
	const char *o_path;
	const ElfW(Phdr) * o_phdr;
	size_t o_nphdr;
	const ElfW(Sym) * o_dynsym;
	const char *o_dynstr;
	size_t o_ndynsym;
	const unsigned char *o_file;
	size_t o_filelen;
	bool o_ismain;
};

/* symbols for the kernel, in the form of an ELF symbol and string table */
struct symtab {
	ElfW(Sym) * st_syms;
	size_t st_nsyms, st_maxsyms;
	char *st_strs;
	size_t st_strlen, st_maxstrs;
};

/* what the walk collects */
struct ranges {
	struct range *rs_array;
	size_t rs_count, rs_max;
};

struct walk {
	struct symtab *w_symtab; /* any may be NULL */
	struct ranges *w_modules;
	struct ranges *w_components;
	bool w_begun; /* the program itself comes first */
};

/*
 * The dynamic section.
 */

/* Some loaders relocate the section's addresses and some don't. */
static const void *
dyn_address(const struct object *o, uintptr_t value)
{
	return (const void *)(value < o->o_base ? value + o->o_base : value);
}

/* How many symbols there are; the GNU hash tells it by its longest chain. */
static size_t
gnuhash_count(const uint32_t *hash)
{
	const uint32_t nbuckets = hash[0], symoffset = hash[1], bloom = hash[2];
	const uint32_t *buckets =
	    hash + 4 + bloom * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
	const uint32_t *chains = buckets + nbuckets;
	uint32_t last = 0;

	for (uint32_t i = 0; i < nbuckets; i++)
		if (buckets[i] > last)
			last = buckets[i];
	if (last < symoffset)
		return symoffset;
	while ((chains[last - symoffset] & 1) == 0)
		last++;
	return (size_t)last + 1;
}

static const ElfW(Dyn) * object_dynamic(const struct object *o)
{
	for (size_t i = 0; i < o->o_nphdr; i++)
		if (o->o_phdr[i].p_type == PT_DYNAMIC)
			return (const void *)(o->o_base + o->o_phdr[i].p_vaddr);
	return NULL;
}

static void
object_readdynamic(struct object *o)
{
	const ElfW(Dyn) *dyn = object_dynamic(o);
	const uint32_t *hash = NULL, *gnuhash = NULL;

	for (; dyn != NULL && dyn->d_tag != DT_NULL; dyn++) {
		const void *address = dyn_address(o, dyn->d_un.d_ptr);

		switch (dyn->d_tag) {
		case DT_SYMTAB:
			o->o_dynsym = address;
			break;
		case DT_STRTAB:
			o->o_dynstr = address;
			break;
		case DT_HASH:
			hash = address;
			break;
#ifdef DT_GNU_HASH
		case DT_GNU_HASH:
			gnuhash = address;
			break;
#endif
		}
	}
	if (o->o_dynsym == NULL || o->o_dynstr == NULL)
		return;
	/* DT_HASH has 64-bit words on a few odd hosts: prefer the other */
	if (gnuhash != NULL)
		o->o_ndynsym = gnuhash_count(gnuhash);
	else if (hash != NULL)
		o->o_ndynsym = hash[1];
}

static bool
object_isrelevant(const struct object *o)
{
	const ElfW(Dyn) *dyn = object_dynamic(o);
	const char *file = strrchr(o->o_path, '/');

	if (o->o_ismain ||
	    strstr(file != NULL ? file : o->o_path, SYMBOL_PREFIX) != NULL)
		return true;
	for (; dyn != NULL && o->o_dynstr != NULL && dyn->d_tag != DT_NULL;
	     dyn++)
		if (dyn->d_tag == DT_NEEDED &&
		    strstr(o->o_dynstr + dyn->d_un.d_val, SYMBOL_PREFIX))
			return true;
	return false;
}

/*
 * The file.
 */

static void
object_mapfile(struct object *o)
{
	struct stat sb;
	void *file;
	int fd;

	fd = open(o->o_path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) &&
	    sb.st_size >= (off_t)sizeof(ElfW(Ehdr))) {
		file = mmap(
		    NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (file != MAP_FAILED) {
			o->o_file = file;
			o->o_filelen = (size_t)sb.st_size;
		}
	}
	close(fd);
}

static void
object_unmapfile(struct object *o)
{
	if (o->o_file != NULL)
		munmap((void *)(uintptr_t)o->o_file, o->o_filelen);
	o->o_file = NULL;
}

static bool
file_has(const struct object *o, uint64_t off, uint64_t len)
{
	return off <= o->o_filelen && len <= o->o_filelen - off;
}

/* The section headers, checked to lie within the file; count through *np. */
static const ElfW(Shdr) * file_sections(const struct object *o, size_t *np)
{
	const ElfW(Ehdr) *eh = (const void *)o->o_file;

	if (eh == NULL || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh->e_shentsize != sizeof(ElfW(Shdr)) ||
	    eh->e_shoff % _Alignof(ElfW(Shdr)) != 0 ||
	    !file_has(
		o, eh->e_shoff, (uint64_t)eh->e_shnum * sizeof(ElfW(Shdr))))
		return NULL;
	*np = eh->e_shnum;
	return (const void *)(o->o_file + eh->e_shoff);
}

/* A string of section strtab, or "" if there is none at that offset. */
static const char *
file_string(const struct object *o, const ElfW(Shdr) * strtab, uint64_t off)
{
	const char *s;

	if (off >= strtab->sh_size ||
	    !file_has(o, strtab->sh_offset, strtab->sh_size))
		return "";
	s = (const char *)o->o_file + strtab->sh_offset + off;
	return memchr(s, '\0', (size_t)(strtab->sh_size - off)) != NULL ? s
									: "";
}

static bool
file_findset(const struct object *o, const char *section, struct range *r)
{
	const ElfW(Ehdr) *eh = (const void *)o->o_file;
	const ElfW(Shdr) * sh;
	size_t n;

	sh = file_sections(o, &n);
	if (sh == NULL || eh->e_shstrndx >= n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if ((sh[i].sh_flags & SHF_ALLOC) == 0 ||
		    strcmp(file_string(o, &sh[eh->e_shstrndx], sh[i].sh_name),
			section) != 0)
			continue;
		r->r_start = (void *const *)(o->o_base + sh[i].sh_addr);
		r->r_count = (size_t)sh[i].sh_size / sizeof(void *);
		return r->r_count > 0;
	}
	return false;
}

/*
 * Link sets.
 */

static uintptr_t
dynsym_find(const struct object *o, const char *name)
{
	for (size_t i = 1; i < o->o_ndynsym; i++) {
		const ElfW(Sym) *sym = &o->o_dynsym[i];

		if (sym->st_shndx != SHN_UNDEF &&
		    strcmp(o->o_dynstr + sym->st_name, name) == 0)
			return o->o_base + sym->st_value;
	}
	return 0;
}

static bool
object_findset(const struct object *o, const char *set, struct range *r)
{
	char name[64];
	uintptr_t start, stop;

	snprintf(name, sizeof(name), "link_set_%s", set);
	if (o->o_file != NULL && file_findset(o, name, r))
		return true;

	snprintf(name, sizeof(name), "__start_link_set_%s", set);
	start = dynsym_find(o, name);
	if (start == 0)
		return false;
	snprintf(name, sizeof(name), "__stop_link_set_%s", set);
	stop = dynsym_find(o, name);
	if (stop <= start)
		return false;
	r->r_start = (void *const *)start;
	r->r_count = (stop - start) / sizeof(void *);
	return true;
}

/*
 * Symbols.
 */

static void *
grow(void *old, size_t *maxp, size_t need, size_t size)
{
	size_t max = *maxp;
	void *new;

	if (need <= max)
		return old;
	while (max < need)
		max = max == 0 ? 32 : max * 2;
	new = realloc(old, max * size);
	if (new != NULL)
		*maxp = max;
	return new;
}

/* Without memory a symbol is left out. */
static void
symtab_add(
    struct symtab *st, const ElfW(Sym) * sym, uintptr_t base, const char *name)
{
	size_t len = strlen(name) + 1;
	void *p;

	p = grow(
	    st->st_syms, &st->st_maxsyms, st->st_nsyms + 1, sizeof(ElfW(Sym)));
	if (p == NULL)
		return;
	st->st_syms = p;
	p = grow(st->st_strs, &st->st_maxstrs, st->st_strlen + len, 1);
	if (p == NULL)
		return;
	st->st_strs = p;

	memcpy(st->st_strs + st->st_strlen, name, len);
	st->st_syms[st->st_nsyms] = *sym;
	st->st_syms[st->st_nsyms].st_name = (ElfW(Word))st->st_strlen;
	st->st_syms[st->st_nsyms].st_value += (ElfW(Addr))base;
	st->st_nsyms++;
	st->st_strlen += len;
}

static bool
symbol_isours(const ElfW(Sym) * sym, const char *name)
{
	const int type = SYMBOL_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS &&
	    SYMBOL_BIND(sym->st_info) != STB_LOCAL &&
	    (type == STT_NOTYPE || type == STT_OBJECT || type == STT_FUNC) &&
	    strncmp(name, SYMBOL_PREFIX, sizeof(SYMBOL_PREFIX) - 1) == 0;
}

static void
file_addsymbols(const struct object *o, struct symtab *st)
{
	const ElfW(Shdr) * sh;
	const ElfW(Sym) * sym;
	size_t n;

	sh = file_sections(o, &n);
	for (size_t i = 0; sh != NULL && i < n; i++) {
		if (sh[i].sh_type != SHT_SYMTAB || sh[i].sh_link >= n ||
		    sh[i].sh_offset % _Alignof(ElfW(Sym)) != 0 ||
		    !file_has(o, sh[i].sh_offset, sh[i].sh_size))
			continue;
		sym = (const void *)(o->o_file + sh[i].sh_offset);
		for (size_t j = 1; j < sh[i].sh_size / sizeof(*sym); j++) {
			const char *name =
			    file_string(o, &sh[sh[i].sh_link], sym[j].st_name);

			if (symbol_isours(&sym[j], name))
				symtab_add(st, &sym[j], o->o_base, name);
		}
	}
}

/* A program linked statically has its symbols in the file alone. */
static void
object_addsymbols(const struct object *o, struct symtab *st)
{
	const size_t before = st->st_nsyms;

	for (size_t i = 1; i < o->o_ndynsym; i++) {
		const char *name = o->o_dynstr + o->o_dynsym[i].st_name;

		if (symbol_isours(&o->o_dynsym[i], name))
			symtab_add(st, &o->o_dynsym[i], o->o_base, name);
	}
	if (st->st_nsyms == before)
		file_addsymbols(o, st);
}

/*
 * The walk.  The loader's lock is held, so it only collects.
 */

static void
object_collectset(
    const struct object *o, const char *set, struct ranges *ranges)
{
	struct range r;
	void *p;

	if (ranges == NULL || !object_findset(o, set, &r))
		return;
	p = grow(
	    ranges->rs_array, &ranges->rs_max, ranges->rs_count + 1, sizeof(r));
	if (p == NULL)
		return;
	ranges->rs_array = p;
	ranges->rs_array[ranges->rs_count++] = r;
}

static int
visit(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct walk *w = arg;
	struct object o = {.o_base = info->dlpi_addr,
	    .o_path = info->dlpi_name,
	    .o_phdr = info->dlpi_phdr,
	    .o_nphdr = info->dlpi_phnum};

	(void)size;
	if (!w->w_begun) {
		w->w_begun = true;
		o.o_path = os_program_path();
		o.o_ismain = true;
	} else if (o.o_path == NULL || strchr(o.o_path, '/') == NULL) {
		return 0; /* linux-vdso.so.1 and the like */
	}
	object_readdynamic(&o);
	if (!object_isrelevant(&o))
		return 0;

	if (w->w_modules != NULL || w->w_components != NULL || o.o_ismain)
		object_mapfile(&o);
	object_collectset(&o, "modules", w->w_modules);
	object_collectset(&o, "rump_components", w->w_components);
	if (w->w_symtab != NULL)
		object_addsymbols(&o, w->w_symtab);
	object_unmapfile(&o);
	return 0;
}

static void
symtab_handover(struct symtab *st, rump_symload_fn symload)
{
	if (st->st_nsyms > 1 &&
	    symload(st->st_syms, st->st_nsyms * sizeof(ElfW(Sym)), st->st_strs,
		st->st_strlen) == 0)
		return; /* the kernel keeps the tables */
	free(st->st_syms);
	free(st->st_strs);
}

/*
 * Any callback may be NULL.  symload gets one table of all symbols; modinit is
 * called for each object that has modules; compload for each component.
 */
void
rumpuser_dl_bootstrap(
    rump_modinit_fn modinit, rump_symload_fn symload, rump_compload_fn compload)
{
	struct symtab st = {0};
	struct ranges modules = {0}, components = {0};
	struct walk w = {.w_symtab = symload != NULL ? &st : NULL,
	    .w_modules = modinit != NULL ? &modules : NULL,
	    .w_components = compload != NULL ? &components : NULL};
	const struct range *r;

	if (symload != NULL)
		symtab_add(&st, &(ElfW(Sym)){0}, 0, "");
	dl_iterate_phdr(visit, &w);

	if (symload != NULL)
		symtab_handover(&st, symload);
	for (r = modules.rs_array; modules.rs_count-- > 0; r++)
		modinit((const struct modinfo *const *)r->r_start, r->r_count);
	for (r = components.rs_array; components.rs_count-- > 0; r++)
		for (size_t i = 0; i < r->r_count; i++)
			compload(r->r_start[i]);
	free(modules.rs_array);
	free(components.rs_array);
}
