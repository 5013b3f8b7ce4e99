using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Copies a running installation into an empty folder: the database as of one moment, then the attachments (which are durable before a row
/// names them, and never change). <c>master.key</c> is left out: a back-up alone must not open the secrets in it.
/// </summary>
public sealed class BackUp(GatewayOptions options, IDatabase database)
{
    /// <summary>The files that were made. Throws <see cref="IOException"/> when the folder is not empty or the disk is full.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string folder, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"'{folder}' is not empty: choose an empty folder, so that no earlier back-up is mixed with this one.");
        Directory.CreateDirectory(folder);
        var made = new List<string>(await database.BackUpAsync(folder, cancellationToken));
        var blobs = Path.Combine(options.DataDirectory, "blobs");
        if (!Directory.Exists(blobs)) return made;
        foreach (var source in Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(folder, Path.GetRelativePath(options.DataDirectory, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (TryCopy(source, target)) made.Add(target);
        }

        return made;
    }

    /// <summary>False when the file went meanwhile: an upload that was discarded.</summary>
    private static bool TryCopy(string source, string target)
    {
        try
        {
            File.Copy(source, target);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
