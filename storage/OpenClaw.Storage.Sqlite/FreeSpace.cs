using System.Buffers.Binary;

namespace OpenClaw.Storage.Sqlite;

/// <summary>
/// The bytes of a page that hold nothing: between its cell pointers and its cells, and its free blocks. <c>secure_delete</c> overwrites a cell
/// that is removed, but where SQLite builds a page anew out of moved cells, what stood in between is left as it was. The file format is public
/// (sqlite.org/fileformat2.html) and frozen.
/// </summary>
internal static class FreeSpace
{
    /// <summary>The header of the file stands before the first page's own.</summary>
    private const int FileHeader = 100;

    /// <summary>Zeroes them. False when nothing was to be changed, or the page is not of a tree.</summary>
    /// <param name="page">The page.</param>
    /// <param name="isFirst">It begins with the file's header.</param>
    /// <param name="usable">Bytes of it that SQLite uses.</param>
    public static bool Clear(Span<byte> page, bool isFirst, int usable)
    {
        var head = isFirst ? FileHeader : 0;
        var length = page[head] switch { 2 or 5 => 12, 10 or 13 => 8, _ => 0 };
        if (length == 0) return false;
        var from = head + length + (2 * Number(page, head + 3));
        var to = Number(page, head + 5) is var start and not 0 ? start : 65_536;
        if (from > to || to > usable) return false;
        var changed = Zero(page[from..to]);
        for (var block = Number(page, head + 1); block != 0;)
        {
            // a chain of blocks in rising order, each at least its own head of 4 bytes long
            if (block < to || block + 4 > usable || block + Number(page, block + 2) > usable || Number(page, block + 2) < 4) break;
            changed |= Zero(page.Slice(block + 4, Number(page, block + 2) - 4));
            var next = Number(page, block);
            block = next > block ? next : 0;
        }

        return changed;
    }

    private static bool Zero(Span<byte> bytes)
    {
        if (!bytes.ContainsAnyExcept((byte)0)) return false;
        bytes.Clear();
        return true;
    }

    private static int Number(ReadOnlySpan<byte> page, int at) => BinaryPrimitives.ReadUInt16BigEndian(page[at..]);
}
