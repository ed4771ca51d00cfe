# SPDX-License-Identifier: BSD-2-Clause
#
# awk -v index_file=INTERFACE [-v declared=NAMES] -f explain.awk LOG...: the
# names that compilers and linkers say they do not know, each once, in one line
# for each manual page.  INTERFACE has lines "name TAB page"; "prefix_* TAB
# page" stands for all of a family.  NAMES has lines "name TAB header": what is
# there, but not in a header that the source includes.

BEGIN {
	FS = "\t"
	while ((getline line < index_file) > 0) {
		n = split(line, f, "\t")
		if (n == 2)
			known(f[1], f[2])
		else if (n > 2)
			known(f[3], f[1])
	}
	while (declared != "" && (getline line < declared) > 0) {
		split(line, f, "\t")
		if (!(f[1] in header))
			header[f[1]] = f[2]
	}
	FS = " "
}

# A page of a name, and of the names with the same first word: the page that has
# that word for its title, or which most of them are in.
function known(name, where, word) {
	page[name] = where
	word = where
	sub(/\(.*/, "", word)
	family[word] = where
	most[word] = 1000000
	word = name
	if (!sub(/_.*/, "", word) || length(word) < 2)
		return
	if (++members[word, where] > most[word]) {
		most[word] = members[word, where]
		family[word] = where
	}
}

function pageof(name, key) {
	key = name
	sub(/^(struct|union|enum) /, "", key)
	sub(/ field .*/, "", key)
	if (key in page)
		return page[key]
	while (sub(/[^_]*_?$/, "", key) && key != "") {
		sub(/_*$/, "", key)
		if ((key "_*") in page)
			return page[key "_*"]
		if (key in family)
			return family[key]
	}
	return "not in any manual page"
}

function add(where, what) {
	if (seen[what]++)
		return
	list[where] = list[where] " " what
}

# The first quoted text after a pattern.
function quoted(line, pattern, text) {
	if (!match(line, pattern))
		return ""
	text = substr(line, RSTART + RLENGTH)
	sub(/^[^'"]*['"]/, "", text)
	sub(/['"].*/, "", text)
	return text
}

function name(text) {
	sub(/\(.*/, "", text)
	sub(/ [{].*/, "", text)
	if (text !~ /^(struct |union |enum )?[A-Za-z_][A-Za-z_0-9]*$/)
		return
	if (text in header)
		add("declared in headers that are not included", \
		    text " " header[text])
	else
		add(pageof(text), text)
}

# gcc names the variable here, and the type only in the line that it quotes
/storage size of .* (isn't|is not) known/ { sized = 1; next }
sized && / \| / {
	if (match($0, /(struct|union) [A-Za-z_0-9]+/))
		name(substr($0, RSTART, RLENGTH))
	sized = 0
	next
}
/has type .* that is never completed/ { name(quoted($0, "has type")); next }
/^header: / { add("headers", $2); next }
/^undefined: / { add(pageof($2), $2); next }
# Perhaps of a source that did not compile: only what looks like ours.
/^unless-own: / {
	if (pageof($2) != "not in any manual page")
		add(pageof($2), $2)
	next
}
/implicit declaration of function/ {
	name(quoted($0, "implicit declaration of function")); next
}
/unknown type name/ { name(quoted($0, "unknown type name")); next }
/undeclared identifier/ { name(quoted($0, "undeclared identifier")); next }
/call to undeclared function/ {
	name(quoted($0, "undeclared function")); next
}
/ undeclared/ { name(quoted($0, "error:")); next }
/has no member named/ {
	what = quoted($0, "error:")
	field = quoted($0, "no member named")
	sub(/ [{].*/, "", what)
	add(pageof(what), what " field " field)
	next
}
/no member named/ {
	field = quoted($0, "no member named")
	what = quoted($0, "' in")
	add(pageof(what), what " field " field)
	next
}
/incomplete (type|definition)|undefined type|incomplete typedef|isn't known/ {
	name(quoted($0, "(incomplete (typed?e?f?|type|definition of type)|undefined type)"))
	next
}

END {
	for (p in list)
		print "  " p ":" list[p]
}
