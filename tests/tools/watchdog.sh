#!/bin/sh
# Puts away what a test process leaves behind. It reads, one a line:
#   group PGID           kill this process group
#   forget PGID          it is gone already
#   cluster BIN FOLDER   stop the PostgreSQL cluster in FOLDER with BIN/pg_ctl, then remove FOLDER
# and acts when its input ends, which is when the test process does. See tests/support/process.rs.
groups=" "
clusters=""
while read -r what first second; do
    case $what in
    group) groups="$groups$first " ;;
    forget) groups="${groups%% $first *} ${groups#* $first }" ;;
    cluster) clusters="$clusters$first $second
" ;;
    esac
done

for group in $groups; do
    kill -s KILL -- "-$group"
done

printf %s "$clusters" | while read -r bin folder; do
    as=""
    [ "$(id -u)" -ne 0 ] || as="setpriv --reuid=postgres --regid=postgres --init-groups"
    cd / && $as "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --silent stop
    rm -rf "$folder"
done
