/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_VMEM_H_
#define _SYS_VMEM_H_

/* vmem(9): an allocator of address or number ranges */

#include <sys/types.h>

typedef struct vmem vmem_t;

typedef unsigned int vm_flag_t;
typedef uintptr_t vmem_addr_t;
typedef size_t vmem_size_t;

#define VMEM_ADDR_MIN 0
#define VMEM_ADDR_MAX (~(vmem_addr_t)0)

typedef int(vmem_import_t)(void *, vmem_size_t, vm_flag_t, vmem_addr_t *);
typedef void(vmem_release_t)(void *, vmem_addr_t, vmem_size_t);
typedef int(vmem_ximport_t)(
    void *, vmem_size_t, vmem_size_t *, vm_flag_t, vmem_addr_t *);

#define VM_SLEEP       0x00000001
#define VM_NOSLEEP     0x00000002
#define VM_INSTANTFIT  0x00001000
#define VM_BESTFIT     0x00002000
#define VM_BOOTSTRAP   0x00010000
#define VM_POPULATING  0x00040000
#define VM_LARGEIMPORT 0x00080000
#define VM_XIMPORT     0x00100000
#define VM_PRIVTAGS    0x00200000

#define VMEM_ALLOC 0x01
#define VMEM_FREE  0x02

void vmem_subsystem_init(vmem_t *);
vmem_t *vmem_create(const char *, vmem_addr_t, vmem_size_t, vmem_size_t,
    vmem_import_t *, vmem_release_t *, vmem_t *, vmem_size_t, vm_flag_t, int);
vmem_t *vmem_xcreate(const char *, vmem_addr_t, vmem_size_t, vmem_size_t,
    vmem_ximport_t *, vmem_release_t *, vmem_t *, vmem_size_t, vm_flag_t, int);
void vmem_destroy(vmem_t *);
int vmem_alloc(vmem_t *, vmem_size_t, vm_flag_t, vmem_addr_t *);
void vmem_free(vmem_t *, vmem_addr_t, vmem_size_t);
int vmem_xalloc(vmem_t *, vmem_size_t, vmem_size_t, vmem_size_t, vmem_size_t,
    vmem_addr_t, vmem_addr_t, vm_flag_t, vmem_addr_t *);
void vmem_xfree(vmem_t *, vmem_addr_t, vmem_size_t);
int vmem_add(vmem_t *, vmem_addr_t, vmem_size_t, vm_flag_t);
vmem_size_t vmem_roundup_size(vmem_t *, vmem_size_t);
vmem_size_t vmem_size(vmem_t *, int);
void vmem_rehash_start(void);
void vmem_print(uintptr_t, const char *, void (*)(const char *, ...));

#endif /* !_SYS_VMEM_H_ */
