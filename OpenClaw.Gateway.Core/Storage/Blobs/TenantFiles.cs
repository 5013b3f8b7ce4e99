namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>
/// Files <c>{root}/{tenant}/{aa}/{id}{suffix}</c>, <c>aa</c> being the id's last two hex digits (its first ones are its time). A file is
/// written beside its place, flushed, renamed, and its folder flushed: it is there whole or not at all. A full disk surfaces as
/// <see cref="IOException"/>.
/// </summary>
internal sealed class TenantFiles(string root, string suffix = "")
{
    /// <summary>Behind the name of a file that is being written.</summary>
    public const string Unfinished = ".part";

    public string PathOf(Guid tenant, Guid id)
    {
        var name = id.ToString("N");
        return Path.Combine(root, tenant.ToString("N"), name[^2..], name + suffix);
    }

    /// <summary>Begins a file; nothing is kept until <see cref="UnfinishedFile.Commit"/>.</summary>
    public UnfinishedFile Create(Guid tenant, Guid id)
    {
        var path = PathOf(tenant, id);
        DurableFolders.Create(Path.GetDirectoryName(path)!);
        return new(path, path + Unfinished);
    }

    /// <summary>A file, or null when it is not there.</summary>
    public FileStream? Open(Guid tenant, Guid id, FileOptions options = FileOptions.None)
    {
        try
        {
            return new(PathOf(tenant, id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Delete(Guid tenant, Guid id)
    {
        try
        {
            File.Delete(PathOf(tenant, id));
        }
        catch (DirectoryNotFoundException)
        {
            // as good as deleted
        }
    }

    /// <summary>Removes what was begun before that time and never committed, or only counts it; how many.</summary>
    public int RemoveUnfinished(DateTimeOffset before, bool countOnly = false)
    {
        if (!Directory.Exists(root)) return 0;
        var removed = 0;
        foreach (var file in Directory.EnumerateFiles(root, "*" + Unfinished, SearchOption.AllDirectories))
        {
            if (File.GetLastWriteTimeUtc(file) >= before.UtcDateTime) continue;
            if (!countOnly) File.Delete(file);
            removed++;
        }

        return removed;
    }

    public void RemoveTenant(Guid tenant, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(root, tenant.ToString("N"));
        if (!Directory.Exists(folder)) return;
        foreach (var part in Directory.EnumerateDirectories(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Directory.Delete(part, recursive: true);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What is there, by tenant: for those who look for what nobody knows any more.</summary>
    public IEnumerable<(Guid Tenant, IEnumerable<Guid> Files)> List()
    {
        if (!Directory.Exists(root)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "N", out var tenant)) yield return (tenant, FilesIn(folder));
        }
    }

    private IEnumerable<Guid> FilesIn(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + suffix, SearchOption.AllDirectories))
        {
            var name = Path.GetFileName(file.AsSpan());
            if (name.EndsWith(suffix, StringComparison.Ordinal) && Guid.TryParseExact(name[..^suffix.Length], "N", out var id)) yield return id;
        }
    }
}
