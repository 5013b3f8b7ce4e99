using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Copies a running installation into an empty folder: the database as of one moment, then the attachments (which are durable before a row
/// names them, and never change). Transcripts of archived sessions are copied before and after: one that is restored meanwhile is named in the
/// copy of the database and soon gone, one that is archived meanwhile is new. <c>master.key</c> is left out: a back-up alone must not open the
/// secrets in it.
/// </summary>
/// <param name="options">Where the files are.</param>
/// <param name="copyDatabase">Copies the running database consistently into a folder; the names of the files made.</param>
public sealed class BackUp(GatewayOptions options, Func<string, CancellationToken, Task<IReadOnlyList<string>>> copyDatabase)
{
    /// <summary>The files that were made. Throws <see cref="IOException"/> when the folder is not empty or the disk is full.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string folder, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"'{folder}' is not empty: choose an empty folder, so that no earlier back-up is mixed with this one.");
        Directory.CreateDirectory(folder);
        var made = new List<string>();
        Copy(ArchiveFiles.Folder, folder, made, cancellationToken);
        made.AddRange(await copyDatabase(folder, cancellationToken));
        Copy(ArchiveFiles.Folder, folder, made, cancellationToken);
        Copy("blobs", folder, made, cancellationToken);
        return made;
    }

    /// <summary>Copies what is not in the copy yet; what is half written is not for keeps.</summary>
    private void Copy(string part, string folder, List<string> made, CancellationToken cancellationToken)
    {
        var from = Path.Combine(options.DataDirectory, part);
        if (!Directory.Exists(from)) return;
        foreach (var source in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(folder, Path.GetRelativePath(options.DataDirectory, source));
            if (source.EndsWith(TenantFiles.Unfinished, StringComparison.Ordinal) || File.Exists(target)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (TryCopy(source, target)) made.Add(target);
        }
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
