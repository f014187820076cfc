# What systemd/install and the Debian package have in common: the settings, the folder of scans, and
# what people are told. Both source it. It needs root, and the user of the service.

readonly name=ocr-watcher
readonly configuration=/etc/$name
readonly settings=$configuration/config.yaml
readonly example=$configuration/config.example.yaml
readonly keys=/etc/credstore
readonly state=/var/lib/$name
readonly scans=/srv/scans
readonly people=$name-scans

say() { printf '%s\n' "$*"; }

# Readable by the service alone, for it may hold keys. The state directory is named so that
# `ocr-watcher status` finds it outside of the service. The arguments are the example of the settings
# and their schema for editors, which lies beside them.
install_settings() {
    install -d "$configuration"
    install --mode 0644 "$2" "$configuration/schema.json"
    install --mode 0644 "$1" "$example"
    sed -i 's|^\(# yaml-language-server: $schema=\).*|\1schema.json|' "$example"
    [ -d "$keys" ] || install -d --mode 0700 "$keys"
    if [ -e "$settings" ] || [ -L "$settings" ]; then # also a link to what is not mounted yet
        say "settings     $settings: kept as they are"
        return
    fi
    sed "s|^#state_dir:.*|state_dir: $state|" "$example" >"$settings.new"
    chmod 0640 "$settings.new"
    chgrp "$name" "$settings.new"
    mv "$settings.new" "$settings"
    say "settings     $settings: written"
}

# The folder that the settings and the unit name. New folders and files in it belong to the group
# that may drop scans; where the file system has ACLs, the service may also write in the folders
# that people make there. A folder that exists belongs to somebody: its rights stay as they are.
install_folder() {
    grep --quiet --fixed-strings "$scans" "$settings" || return 0
    if [ ! -e "$scans" ] && [ ! -L "$scans" ]; then
        install -d "${scans%/*}"
        install -d --owner "$name" --group "$people" --mode 2775 "$scans"
        setfacl --default --modify "u:$name:rwX,g::rwX" "$scans" 2>/dev/null || true
        say "folder       $scans: made; members of the group $people may drop scans"
    elif setpriv --reuid "$name" --regid "$name" --init-groups \
        test -r "$scans" -a -w "$scans" -a -x "$scans"; then
        say "folder       $scans: kept as it is"
    else
        say "folder       $scans: the user $name cannot write in it. To let it, run"
        say "             sudo chgrp $people $scans && sudo chmod g+rwxs $scans"
    fi
}

# The settings, and the keys whose places the example and the documentation name. Whatever else lies
# there belongs to somebody, such as the key of the authority that signs the certificates of a
# cluster: without it, and its certificate, no machine can join any more. packaging/debian/postrm
# does the same.
remove_settings() {
    [ -d "$configuration" ] || return 0
    authority=cluster/ca.pem
    [ ! -e "$configuration/cluster/ca-key.pem" ] || authority=
    for file in config.yaml config.yaml.new config.example.yaml schema.json \
        baidu-api-key baidu-secret-key baidu-iam-api-key notify-urls web-password \
        cluster/cluster.yaml cluster/host.pem cluster/host-key.pem $authority; do
        [ -d "$configuration/$file" ] || rm -f "$configuration/$file"
    done
    rmdir "$configuration/cluster" 2>/dev/null || true
    rmdir "$configuration" 2>/dev/null ||
        say "Kept: $configuration, for more lies in it than settings and keys. Look into it before you remove it."
}

# What the program wrote there, and nothing else: the service may write in this directory without a
# drop-in, so people may have put a folder of scans into it. packaging/debian/postrm does the same.
remove_state() {
    [ -d "$state" ] || return 0
    find -H "$state" -mindepth 1 -maxdepth 1 ! -type d \( \
        -name 'ledger*.sqlite*' -o -name 'index.sqlite*' -o -name 'messages.sqlite*' -o \
        -name 'messages.*.lock' -o -name 'in-progress.*' \) -delete
    rm -rf --one-file-system "$state/running"
    rmdir "$state" 2>/dev/null ||
        say "Kept: $state, for more lies in it than the state. Look into it before you remove it."
}

# The first minute, once the service runs.
say_what_to_drop_where() {
    cat <<TEXT
Drop a scan, such as letter.jpg, into $scans: its text appears beside it, as letter.jpg.txt.
To drop scans there, a person joins the group and logs in again:
    sudo usermod --append --groups $people NAME
What is done and what waits, and the reason why a file has no text:
    sudo -u $name $name status
    sudo -u $name $name why $scans/letter.jpg
TEXT
}
