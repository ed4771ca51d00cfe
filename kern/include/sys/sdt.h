/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SDT_H_
#define _SYS_SDT_H_

/* Static probes for a tracer. There is no tracer: they are nothing. */

#define SDT_PROVIDER_DEFINE(prov)                          struct sdt_provider
#define SDT_PROVIDER_DECLARE(prov)                         struct sdt_provider
#define SDT_PROBE_DEFINE(prov, mod, func, name, ...)       struct sdt_provider
#define SDT_PROBE_DECLARE(prov, mod, func, name)           struct sdt_provider
#define SDT_PROBE_ARGTYPE(prov, mod, func, name, num, ...) struct sdt_provider
#define SDT_PROBE(prov, mod, func, name, ...)              ((void)0)
#define SDT_PROBE_DEFINE0(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE0(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE1(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE1(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE2(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE2(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE3(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE3(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE4(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE4(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE5(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE5(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE6(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE6(prov, mod, func, name, ...)             ((void)0)
#define SDT_PROBE_DEFINE7(prov, mod, func, name, ...)      struct sdt_provider
#define SDT_PROBE7(prov, mod, func, name, ...)             ((void)0)

#endif /* !_SYS_SDT_H_ */
