# Code from before modules is tested below GOPATH/src, under the path by which it is imported. Read by the other scripts.
if [ -n "$RUNPROOF_GO_IMPORT_PATH" ]; then
    place=$GOPATH/src/$RUNPROOF_GO_IMPORT_PATH
    mkdir -p "$(dirname "$place")"
    [ -e "$place" ] || ln -s "$PWD" "$place"
    cd "$place" || exit 1
fi
