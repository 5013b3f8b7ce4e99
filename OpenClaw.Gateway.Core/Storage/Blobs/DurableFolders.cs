using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>
/// Folders whose entries survive a power cut. A renamed file is durable only when its folder was flushed, which .NET has no call for:
/// fsync(2) on the folder's descriptor. Windows journals entries by itself.
/// </summary>
internal static class DurableFolders
{
    private const int ReadOnly = 0; // O_RDONLY, the same on Linux and macOS
    private const int NotSupported = 22; // EINVAL: the file system cannot flush folders

    /// <summary>Creates a folder and flushes each parent that got a new entry.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(path);
        if (parent is not null) Create(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) Flush(parent);
    }

    /// <summary>Makes the folder's entries durable. Throws <see cref="IOException"/> when they cannot be.</summary>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnly);
        if (descriptor < 0) throw Failed(path);
        try
        {
            if (Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() != NotSupported) throw Failed(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string path)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new($"The folder {path} could not be flushed to disk: {cause.Message}", cause);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
