"""One process doing a run: IMPORT CHUNK. Says "go" when it begins; whoever started it may kill it at any moment
after."""

import sys

import django


def main(pk: int, chunk: int) -> None:
    django.setup()
    from rapport.platform import access
    from rapport.platform.transfer import run
    from rapport.platform.transfer.models import Import

    found = Import.objects.get(pk=pk)
    sys.stdout.write("go\n")
    sys.stdout.flush()
    run.go(found, access.system("test", "import"), chunk=chunk)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
