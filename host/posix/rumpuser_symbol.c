/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The name of the function around an address, for messages about drivers.
 *
 * The dynamic linker knows only what is exported.  Most of a driver's functions
 * are static, and of those it would name the exported one before: therefore the
 * symbol table of the file itself is read, and a name is given only if the
 * address is inside of its function.  Without such a symbol (a stripped file)
 * the answer is the file's name and the offset in it, for addr2line(1).
 */

#include "rumpuser_int.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ELF64_ST_TYPE
#define ELF64_ST_TYPE(i) ((i)&0xf)
#endif

struct object {
	uintptr_t ob_addr; /* looked for */
	uintptr_t ob_bias; /* what the linker added to the file's addresses */
	char ob_file[512]; /* "" if none has the address */
};

struct image {
	const char *im_base;
	size_t im_size;
};

static int
object_match(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct object *ob = arg;
	const char *name = info->dlpi_name;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type != PT_LOAD ||
		    ob->ob_addr - (info->dlpi_addr + ph->p_vaddr) >=
			ph->p_memsz)
			continue;
		ob->ob_bias = info->dlpi_addr;
		if (name == NULL || name[0] == '\0')
			name = "/proc/self/exe";
		snprintf(ob->ob_file, sizeof(ob->ob_file), "%s", name);
		return 1;
	}
	return 0;
}

static bool
image_map(const char *file, struct image *im)
{
	struct stat st;
	void *p = MAP_FAILED;
	int fd;

	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) == -1)
		return false;
	if (fstat(fd, &st) == 0 && (size_t)st.st_size > sizeof(ElfW(Ehdr)))
		p = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	im->im_base = p;
	im->im_size = (size_t)st.st_size;
	return true;
}

/* len bytes at off of the file, or NULL if it is shorter. */
static const void *
image_at(const struct image *im, uint64_t off, uint64_t len)
{
	if (off > im->im_size || len > im->im_size - off)
		return NULL;
	return im->im_base + off;
}

/* Look through one symbol table; the offset in the function in *off. */
static const char *
table_find(const struct image *im, const ElfW(Shdr) * tab,
    const ElfW(Shdr) * strtab, uintptr_t value, unsigned long *off)
{
	const ElfW(Sym) *sym = image_at(im, tab->sh_offset, tab->sh_size);
	const char *str = image_at(im, strtab->sh_offset, strtab->sh_size);

	if (sym == NULL || str == NULL || strtab->sh_size == 0 ||
	    str[strtab->sh_size - 1] != '\0')
		return NULL;
	for (size_t n = tab->sh_size / sizeof(*sym); n > 0; n--, sym++) {
		if (ELF64_ST_TYPE(sym->st_info) != STT_FUNC ||
		    sym->st_shndx == SHN_UNDEF ||
		    sym->st_name >= strtab->sh_size ||
		    value - sym->st_value >= sym->st_size)
			continue;
		*off = value - sym->st_value;
		return str + sym->st_name;
	}
	return NULL;
}

static const char *
image_find(const struct image *im, uintptr_t value, unsigned long *off)
{
	const ElfW(Ehdr) *eh = image_at(im, 0, sizeof(*eh));
	const ElfW(Shdr) * sh;
	const char *name;

	if (eh == NULL || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0)
		return NULL;
	sh = image_at(im, eh->e_shoff, (uint64_t)eh->e_shnum * sizeof(*sh));
	for (int i = 0; sh != NULL && i < eh->e_shnum; i++) {
		if ((sh[i].sh_type != SHT_SYMTAB &&
			sh[i].sh_type != SHT_DYNSYM) ||
		    sh[i].sh_link >= eh->e_shnum)
			continue;
		name = table_find(im, &sh[i], &sh[sh[i].sh_link], value, off);
		if (name != NULL)
			return name;
	}
	return NULL;
}

static const char *
lastpart(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/*
 * name+0x12 of the function around addr, without the prefix of the kernel's
 * name space; file+0x1234 if the file has no such symbol; ENOENT if the address
 * is of no file.
 */
int
rumpuser__symbol(const void *addr, char *buf, size_t len)
{
	static const char prefix[] = "rumpns_";
	struct object ob = {.ob_addr = (uintptr_t)addr};
	struct image im;
	const char *name = NULL;
	unsigned long off = 0;

	if (dl_iterate_phdr(object_match, &ob) == 0)
		return errno_to_kernel(ENOENT);
	if (image_map(ob.ob_file, &im)) {
		name = image_find(&im, ob.ob_addr - ob.ob_bias, &off);
		if (name != NULL) {
			if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
				name += sizeof(prefix) - 1;
			snprintf(buf, len, "%s+0x%lx", name, off);
		}
		munmap((void *)(uintptr_t)im.im_base, im.im_size);
	}
	if (name == NULL)
		snprintf(buf, len, "%s+0x%lx", lastpart(ob.ob_file),
		    (unsigned long)(ob.ob_addr - ob.ob_bias));
	return 0;
}
