/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * librumpvfs_layerfs exists for the sake of link lines that name it; the
 * layer functions are in librumpvfs.
 */
const char rump_layerfs_alias[] = "layerfs is part of librumpvfs";
