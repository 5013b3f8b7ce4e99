namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading;

/// <summary>Mails of others, in a folder beside the checkout when it is there.</summary>
internal static class SharedData
{
    public static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", name);
            if (Path.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>The files of that folder which are mails.</summary>
    public static IEnumerable<string> Mails(string folder) =>
        Find(folder) is { } path ? Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".eml" or ".msg" or ".txt").Order(StringComparer.Ordinal) : [];
}

/// <summary>A test that reads them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string name)
    {
        if (SharedData.Find(name) is null) Skip = $"the shared folder with {name} is not there";
    }
}
