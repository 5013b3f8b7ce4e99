using System.Text.RegularExpressions;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The workflows run elsewhere; here they are read: YAML, actions with their version, files and services that are there.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Repository.PathOf(".github"), "*.yml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Repository.Root, f))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Workflow_IsYaml_WithPinnedActionsAndFilesThatAreThere(string file)
    {
        Assert.IsType<Dictionary<object, object?>>(Yaml.Read(Repository.Read(file)));
        var text = Repository.Read(file);
        Assert.All(Uses().Matches(text), use => Assert.Matches(@"^[\w-]+/[\w-]+@v\d", use.Groups["action"].Value));
        Assert.All(Projects().Matches(text), project => Assert.True(Directory.Exists(Repository.PathOf(project.Groups["name"].Value)), project.Value));
        if (text.Contains("./test.sh", StringComparison.Ordinal)) Assert.True(File.Exists(Repository.PathOf("test.sh")));
    }

    [Fact]
    public void Databases_AreThoseOfTheComposeFile()
    {
        var text = Repository.Read(".github/workflows/databases.yml");
        Assert.Contains("image: " + ComposeFile.Shipped.Services["postgres"]["image"], text, StringComparison.Ordinal);
        Assert.Contains("image: " + ComposeFile.Shipped.Services["sqlserver"]["image"], text, StringComparison.Ordinal);
        Assert.Contains("OPENCLAW_TEST_POSTGRES:", text, StringComparison.Ordinal);
        Assert.Contains("OPENCLAW_TEST_SQLSERVER:", text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"uses: (?<action>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Uses();

    [GeneratedRegex(@"dotnet (?:build|test|publish|run --project) (?<name>[\w./]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Projects();
}
