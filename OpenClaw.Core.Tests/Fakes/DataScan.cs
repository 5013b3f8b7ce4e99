using System.IO.Compression;
using System.Text;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// Looks for texts in every file below a folder, as a thief of the disk would: raw bytes as UTF-8 and UTF-16, and what a file gives when it is
/// unpacked (Brotli, gzip, deflate).
/// </summary>
internal static class DataScan
{
    /// <summary>Each text that is found, with the files in which it is.</summary>
    public static Dictionary<string, List<string>> Find(string folder, IEnumerable<string> texts)
    {
        var found = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var patterns = texts.Select(t => (Text: t, Forms: Forms(t))).ToList();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, file);
            foreach (var bytes in Contents(file))
            foreach (var (text, forms) in patterns)
            {
                if (!forms.Exists(f => bytes.AsSpan().IndexOf(f) >= 0) && !name.Contains(text, StringComparison.Ordinal)) continue;
                if (!found.TryGetValue(text, out var files)) found[text] = files = [];
                if (!files.Contains(name)) files.Add(name);
            }
        }

        return found;
    }

    /// <summary>How often a text is in a file, as it stands there.</summary>
    public static int Count(string file, string text)
    {
        ReadOnlySpan<byte> bytes = Read(file);
        var (pattern, count) = (Encoding.UTF8.GetBytes(text), 0);
        for (int at; (at = bytes.IndexOf(pattern)) >= 0; count++) bytes = bytes[(at + pattern.Length)..];
        return count;
    }

    private static List<byte[]> Forms(string text)
    {
        var escaped = System.Text.Json.JsonSerializer.Serialize(text)[1..^1];
        return [Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text), Encoding.BigEndianUnicode.GetBytes(text), Encoding.UTF8.GetBytes(escaped), Encoding.UTF8.GetBytes(Uri.EscapeDataString(text))];
    }

    private static IEnumerable<byte[]> Contents(string file)
    {
        var bytes = Read(file);
        yield return bytes;
        foreach (var open in new Func<Stream, Stream>[] { s => new BrotliStream(s, CompressionMode.Decompress), s => new GZipStream(s, CompressionMode.Decompress), s => new DeflateStream(s, CompressionMode.Decompress) })
            if (Unpacked(bytes, open) is { Length: > 0 } unpacked) yield return unpacked;
    }

    /// <summary>As much as can be unpacked: a file that is cut off gives its beginning.</summary>
    private static byte[] Unpacked(byte[] bytes, Func<Stream, Stream> open)
    {
        using var result = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            using var unpacking = open(new MemoryStream(bytes));
            for (int read; (read = unpacking.Read(buffer)) > 0 && result.Length < 64 * 1024 * 1024;) result.Write(buffer, 0, read);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
        {
            // not packed this way
        }

        return result.ToArray();
    }

    private static byte[] Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length == 0) return []; // also what is but a lock
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return []; // gone since
        }
    }
}
