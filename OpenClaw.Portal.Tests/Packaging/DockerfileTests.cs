using System.Text.RegularExpressions;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>No Docker runs here: the image's recipe is read, and what it publishes is made by <see cref="ComposeTopologyTests"/> with the same command.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] Lines = Continued().Replace(Repository.Read("Dockerfile"), " ").Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').ToArray();

    [Fact]
    public void Sources_OfEveryCopy_AreThereAndNotIgnored()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n').Where(l => l.Length > 0 && l[0] != '#').ToHashSet(StringComparer.Ordinal);
        foreach (var copy in Lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from=", StringComparison.Ordinal)))
            foreach (var source in copy.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1])
            {
                var (folder, name) = (Path.GetDirectoryName(source)!, Path.GetFileName(source));
                Assert.True(Directory.Exists(Repository.PathOf(source)) || Directory.EnumerateFiles(Repository.PathOf(folder), name).Any(), source);
                Assert.DoesNotContain(source, ignored);
            }
    }

    [Fact]
    public void Projects_ThatThePortalNeeds_AreAllRestored()
    {
        var restored = string.Join('\n', Lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal)));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var todo = new Queue<string>(["OpenClaw.Portal/OpenClaw.Portal.csproj"]);
        while (todo.TryDequeue(out var project))
        {
            if (!seen.Add(project)) continue;
            Assert.Contains(project, restored, StringComparison.Ordinal);
            foreach (var match in Reference().Matches(Repository.Read(project)).Cast<Match>())
                todo.Enqueue(Path.GetRelativePath(Repository.Root, Path.GetFullPath(match.Groups["path"].Value.Replace('\\', '/'), Repository.PathOf(Path.GetDirectoryName(project)!))));
        }
    }

    [Fact]
    public void LastStage_RunsAsNobodySpecial_AndAsksForItsHealthItself()
    {
        var last = Lines[Array.FindLastIndex(Lines, l => l.StartsWith("FROM ", StringComparison.Ordinal))..];
        Assert.Equal("USER $APP_UID", Assert.Single(last, l => l.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.EndsWith("CMD [\"dotnet\", \"OpenClaw.Portal.dll\", \"health\"]", Assert.Single(last, l => l.StartsWith("HEALTHCHECK ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("ENTRYPOINT [\"dotnet\", \"OpenClaw.Portal.dll\"]", last[^1]);
        Assert.DoesNotContain(last, l => l.StartsWith("RUN ", StringComparison.Ordinal)); // its layers are files of the build only
        Assert.All(Lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal)), l => Assert.Matches(@"mcr\.microsoft\.com/dotnet/(sdk|aspnet):10\.0-noble AS ", l));
    }

    [Fact]
    public void Publish_IsTheCommandThatIsTriedHere() =>
        Assert.Contains(Lines, l => l.EndsWith("dotnet publish OpenClaw.Portal -c Release --no-restore -o /app", StringComparison.Ordinal));

    [GeneratedRegex(@"\\\r?\n\s*", RegexOptions.None, 1000)]
    private static partial Regex Continued();

    [GeneratedRegex("<ProjectReference Include=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
