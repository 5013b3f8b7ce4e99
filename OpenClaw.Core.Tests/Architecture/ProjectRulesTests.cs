using System.Xml.Linq;

namespace OpenClaw.Core.Tests.Architecture;

public sealed class ProjectRulesTests
{
    private static readonly string[] Providers = ["Sqlite", "Npgsql", "SqlServer", "MySql", "Oracle", "Cosmos", "InMemory"];

    [Fact]
    public void Core_Packages_NoDatabaseProvider()
    {
        var packages = Items("PackageReference");

        Assert.NotEmpty(packages);
        Assert.DoesNotContain(packages, p => Array.Exists(Providers, provider => p.Contains(provider, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Core_ProjectReferences_None() => Assert.Empty(Items("ProjectReference"));

    /// <summary>A using in the project file reaches every folder, so only what every folder may use can stand there.</summary>
    [Fact]
    public void Core_GlobalUsings_OnlyAbstractions() =>
        Assert.All(Items("Using").Where(u => u.StartsWith(FolderEdges.Root, StringComparison.Ordinal)),
            u => Assert.Equal(FolderEdges.Root + ".Abstractions", u));

    /// <summary>Pages call services; only services know that there is a database.</summary>
    [Fact]
    public void PortalComponents_DbContext_NotMentioned() =>
        Assert.DoesNotContain(Repository.Files("OpenClaw.Portal", ".razor", ".razor.cs"), KnowsTheDatabase);

    [Theory]
    [InlineData("@inject GatewayDbContext Db", true)]
    [InlineData("@inject ITenantDbFactory Databases", true)]
    [InlineData("@using Microsoft.EntityFrameworkCore", true)]
    [InlineData("@inject ConversationService Conversations", false)]
    public void KnowsTheDatabase_Planted_Seen(string text, bool seen) =>
        Assert.Equal(seen, KnowsTheDatabase(new SourceFile("Components/Pages/Any.razor", text)));

    private static bool KnowsTheDatabase(SourceFile file) =>
        Array.Exists(["DbContext", "DbFactory", "EntityFrameworkCore"], word => file.Text.Contains(word, StringComparison.Ordinal));

    private static List<string> Items(string kind) =>
        [.. XDocument.Load(Path.Combine(Repository.Root, FolderEdges.Root, FolderEdges.Root + ".csproj"))
            .Descendants(kind).Select(e => e.Attribute("Include")!.Value)];
}
