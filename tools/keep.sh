#!/bin/sh
# Keeps the data folder on a branch of a private repository, for runs on machines that do not last:
#
#   tools/keep.sh restore             the branch into the folder; a first time there is none
#   tools/keep.sh sign-in COMMAND …   run this, and push the tokens alone and at once
#   tools/keep.sh save                push all of the folder
#
# The branch has one commit without a parent, replaced by each push, so that the repository does not
# grow with every run, and so that what was deleted at Strava is not kept in a history. A push is made
# only over the commit that this run began with (--force-with-lease). Where another run has pushed
# since, the two are merged file by file, and nothing is pushed over what is newer.
#
# PACELINE_DATA  the folder (default data)         KEEP_BRANCH  the branch (default paceline-data)
# KEEP_REMOTE    the repository's address (default the one that GitHub runs this for)
# KEEP_TOKEN     what may push there, KEEP_USER its user name (default x-access-token)
# KEEP_PAUSE     seconds between two tries (default 5)
set -eu
umask 077 # git makes files for everybody to read; the tokens are among them

folder=${PACELINE_DATA:-data}
branch=refs/heads/${KEEP_BRANCH:-paceline-data}
remote=${KEEP_REMOTE:-${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:-}.git}
pause=${KEEP_PAUSE:-5}
store=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/paceline-keep

# The exit codes of the program, which a scheduler knows already.
unavailable=69 again=75 credentials=77 configuration=78

# Secrets come by the environment: what stands in an argument, other users of the machine can read.
# shellcheck disable=SC2016 # git's shell is to expand it
helper='!f() { test "$1" = get && test -n "$KEEP_TOKEN" &&
  printf "username=%s\npassword=%s\n" "${KEEP_USER:-x-access-token}" "$KEEP_TOKEN"; }; f'
export KEEP_TOKEN="${KEEP_TOKEN:-}" GIT_TERMINAL_PROMPT=0

# A link on the branch comes as a file, so that nothing is written to where it leads.
in_store() {
  git --git-dir="$store" -c core.hooksPath=/dev/null -c core.autocrlf=false -c core.symlinks=false \
    -c core.excludesFile=/dev/null -c core.attributesFile=/dev/null -c gc.auto=0 \
    -c user.name=paceline -c user.email=paceline@localhost -c commit.gpgSign=false \
    -c credential.helper= -c credential.helper="$helper" "$@"
}

in_folder() {
  in_store --work-tree="$folder" "$@"
}

# With an index of its own, which is called $1.
in_index() (
  export GIT_INDEX_FILE="$store/$1"
  shift
  in_folder "$@"
)

say() {
  if [ "${GITHUB_ACTIONS:-}" = true ]; then
    echo "::$1 title=Keeping the data folder::$2"
  else
    echo "keep: $2"
  fi >&2
}

fail() {
  say error "$2"
  exit "$1"
}

# The object that a name stands for, or nothing.
object() {
  in_store rev-parse --quiet --verify "$1" || true
}

# Lets the name $1 be the commit that is on the branch now; nothing where there is no such branch. A
# repository that cannot be reached is no empty one: then nothing goes on.
fetch() {
  for attempt in 1 2 3; do
    if line=$(in_store ls-remote "$remote" "$branch"); then
      if [ -z "$line" ]; then
        in_store update-ref -d "$1"
        return
      fi
      in_store fetch --quiet --depth 1 --no-tags "$remote" "+$branch:$1" && return
    fi
    sleep $((pause * attempt))
  done
  fail $unavailable "The repository cannot be reached; this run ends here. The next one goes on."
}

# The folder's files of the tree $1, in the place of those of the one before.
check_out() {
  # What was not restored belongs to another state file than the one that comes now.
  (cd "$folder" && rm -f state.db-wal state.db-shm state.db-journal state.db.prev)
  in_folder read-tree --reset -u "$1"
}

restore() {
  rm -rf "$store"
  mkdir -p "$folder" "$store"
  if [ -n "$(ls -A "$folder")" ]; then
    fail $configuration "$folder is not empty, so nothing is restored over it."
  fi
  in_store init --quiet --bare
  # Copies, and what any run makes anew: git itself keeps no damaged file. Embedded PostgreSQL is too big.
  printf '%s\n' '*-shm' '.*.tmp' /state.lock /state.db.prev /state.db.room /postgres/ \
    /report.html \
    > "$store/info/exclude"
  fetch refs/keep/base
  if [ -n "$(object refs/keep/base)" ]; then check_out refs/keep/base; fi
  : > "$store/restored"
}

# Nothing is pushed out of a folder that this run has not restored.
restored() {
  [ -e "$store/restored" ] || fail $configuration "Nothing was restored before; nothing is pushed."
}

empty_tree() {
  in_store mktree < /dev/null
}

tree_of() {
  if [ -n "$(object "$1")" ]; then object "$1^{tree}"; else empty_tree; fi
}

# The state file, its log and its mark go together.
state_files='state.db state.db-wal state.db-journal state.epoch'
state_of() {
  # shellcheck disable=SC2086 # four words
  in_store ls-tree "$1" $state_files
}

# Lines that take paths out of the index, for `update-index --index-info`.
without() {
  sed 's/^/0 0000000000000000000000000000000000000000	/'
}

# The tree of what $2 (ours) and $3 (theirs) made of $1; theirs where both changed the same file, but:
# - tokens: ours, and theirs beside it, where the program looks: only Strava knows which pair is alive;
# - the state file: theirs, with a mark that does not fit it. So the next run takes in what the files
#   hold, and knows each answer that either run has paid for, without asking again.
merge() {
  rm -f "$store/merging"
  in_index merging read-tree -i -m --aggressive "$1" "$2" "$3"
  in_index merging ls-files --unmerged > "$store/unmerged"
  tokens=$(sed -n 's/^\([0-9]* [0-9a-f]* [23]\)	tokens\.json$/\1/p' "$store/unmerged")
  {
    cut -f 2- "$store/unmerged" | sort -u | without
    sed -n 's/^\([0-9]* [0-9a-f]*\) 3	/\1 0	/p' "$store/unmerged"
    if [ "$(echo "$tokens" | wc -l)" -eq 2 ]; then
      echo "$tokens" | sed -n 's/ 2$/ 0	tokens.json/p; s/ 3$/ 0	tokens.other.json/p'
    fi
    echo "$state_files" | tr ' ' '\n' | without
    if [ "$(state_of "$3")" = "$(state_of "$1")" ]; then
      state_of "$2"
    else
      state_of "$3"
      if [ "$(state_of "$2")" != "$(state_of "$1")" ] && [ -n "$(object "$3:state.epoch")" ]; then
        mark=$(in_store cat-file blob "$3:state.epoch" | sed 's/"closed":[^,}]*/"closed":"merged"/' |
          in_store hash-object -w --stdin)
        echo "100644 $mark 0	state.epoch"
      fi
    fi
  } > "$store/merged"
  in_index merging update-index --index-info < "$store/merged"
  in_index merging write-tree
}

# Lets the branch hold the tree $1, or that merged with what others have pushed since; then
# refs/keep/base is what it holds.
push() {
  pushed=$1
  for try in 1 2 3 4 5; do
    base=$(object refs/keep/base)
    if [ -n "$base" ] && [ "$(tree_of "$base")" = "$pushed" ]; then return; fi
    new=$(in_store commit-tree -m "The data folder of Paceline" "$pushed")
    if in_store push --quiet --force-with-lease="$branch:$base" "$remote" "$new:$branch"; then
      in_store update-ref refs/keep/base "$new"
      return
    fi
    fetch refs/keep/theirs
    theirs=$(object refs/keep/theirs)
    case $theirs in
      "$new") # It came through, and the answer did not.
        in_store update-ref refs/keep/base "$new"
        return
        ;;
      "$base") sleep $((pause * try)) ;;
      '') in_store update-ref -d refs/keep/base ;;
      *)
        say warning "Another run has pushed since this one began; what both have is merged."
        pushed=$(merge "$(tree_of "$base")" "$pushed" "$(tree_of "$theirs")")
        in_store update-ref refs/keep/base "$theirs"
        ;;
    esac
  done
  fail $unavailable "The folder cannot be pushed. May this job write to the branch ${branch#refs/heads/}?"
}

sealed() {
  for pair in "$folder/tokens.json" "$folder/tokens.other.json"; do
    if [ -e "$pair" ] && ! grep -q '"cipher"' "$pair"; then
      fail $configuration "The tokens are not sealed, so they are not pushed: set PACELINE_TOKEN_KEY."
    fi
  done
}

# The branch's tree with these tokens in it.
with_tokens() {
  in_index tokens read-tree "$(tree_of refs/keep/base)"
  in_index tokens update-index --add --cacheinfo "100644,$1,tokens.json"
  in_index tokens update-index --force-remove tokens.other.json
  in_index tokens write-tree
}

# Whether another run pushes other tokens within half a minute; then those are what refs/keep/base holds.
others_tokens() {
  had=$(object refs/keep/base:tokens.json)
  for wait in 1 2 3; do
    sleep $((pause * wait))
    fetch refs/keep/base
    if [ "$(object refs/keep/base:tokens.json)" != "$had" ]; then return; fi
  done
  return 1
}

# The new pair is on this machine only, which may be gone in a minute.
lost() {
  code=$?
  say error "Strava may have replaced the refresh token, and the new one could not be pushed. Below are the \
sealed tokens: put that line into tokens.json on the branch, or authorize anew."
  cat "$folder/tokens.json" >&2
  exit $code
}

sign_in() {
  restored
  if [ -z "${PACELINE_TOKEN_KEY:-}" ]; then
    fail $configuration "PACELINE_TOKEN_KEY is not set. Make a secret of: openssl rand -base64 32"
  fi
  for _ in 1 2 3; do
    code=0
    "$@" || code=$?
    if [ $code -eq 0 ]; then
      sealed
      tree=$(with_tokens "$(in_store hash-object -w "$folder/tokens.json")")
      trap lost EXIT
      push "$tree"
      trap - EXIT
      if [ "$(tree_of refs/keep/base)" = "$tree" ]; then return; fi
    elif [ $code -ne $credentials ]; then
      exit $code
    elif ! others_tokens; then
      fail $code "Strava takes this sign-in no more, and no other run has brought a newer one. Give the \
repository a new one: docs/unattended.md#a-new-sign-in"
    else
      say warning "Another run has used the refresh token; going on with the one that it got."
    fi
    check_out refs/keep/base
  done
  fail $again "Other runs use the tokens at the same time, again and again. Run this later."
}

save() {
  restored
  sealed
  in_folder add --all
  tree=$(in_store write-tree)
  # A first run that was refused has nothing to keep.
  if [ "$tree" != "$(empty_tree)" ]; then push "$tree"; fi
}

case ${1:-} in
  restore) restore ;;
  sign-in)
    shift
    sign_in "$@"
    ;;
  save) save ;;
  *) fail 64 "Usage: keep.sh restore | sign-in COMMAND … | save" ;;
esac
