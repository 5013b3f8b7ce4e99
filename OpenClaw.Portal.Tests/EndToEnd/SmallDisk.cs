using OpenClaw.Benchmarks.Driver;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>A tmpfs of its own, which can be filled up: root ignores permissions, but not the end of a disk.</summary>
internal sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<bool> Mountable = new(TryMount);
    private readonly string _filler;

    public SmallDisk(int megabytes)
    {
        Path = ProductFiles.NewDataDirectory();
        _filler = System.IO.Path.Combine(Path, "filler");
        Assert.True(Tool.Succeeds("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path));
    }

    /// <summary>Whether this machine lets us mount.</summary>
    public static bool CanMount => Mountable.Value;

    public string Path { get; }

    /// <summary>Writes until nothing fits any more, not even a page.</summary>
    public void Fill()
    {
        using var filler = new FileStream(_filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var block in (byte[][])[new byte[1 << 20], new byte[4096]])
        {
            try
            {
                for (; ; ) filler.Write(block);
            }
            catch (IOException)
            {
                // full, as far as this size goes
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(_filler);

    /// <summary>Forbids writing; nothing may be open for writing on it.</summary>
    public void MakeReadOnly() => Assert.True(Tool.Succeeds("mount", "-o", "remount,ro", Path));

    public void Dispose()
    {
        Tool.Succeeds("umount", Path);
        Directory.Delete(Path, recursive: true);
    }

    private static bool TryMount()
    {
        var folder = ProductFiles.NewDataDirectory();
        var mounted = Tool.Succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
        if (mounted) Tool.Succeeds("umount", folder);
        Directory.Delete(folder);
        return mounted;
    }
}
