namespace OpenClaw.Core.Tests.Architecture;

public sealed class FolderEdgesTests
{
    [Fact]
    public void Faults_OfTheCore_None()
    {
        var files = Repository.Files(FolderEdges.Root, ".cs");

        Assert.NotEmpty(files);
        Assert.Empty(FolderEdges.Faults(files));
    }

    [Theory]
    [InlineData("using OpenClaw.Gateway.Core.Delivery;")]
    [InlineData("using static OpenClaw.Gateway.Core.Delivery.Lane;")]
    [InlineData("using Its = OpenClaw.Gateway.Core.Delivery.Lane;")]
    [InlineData("using Delivery;")]
    [InlineData("class Bad { OpenClaw.Gateway.Core.Delivery.Lane lane; }")]
    [InlineData("class Bad { Core.Delivery.Lane lane; }")]
    [InlineData("class Bad { void M(string a = \"//\") => Delivery.Lane.Open(); }")]
    [InlineData("class Bad { System.Func<Delivery.Parts.Piece> piece; }")]
    public void Faults_SiblingMentioned_Named(string planted) =>
        Assert.Equal(["Ingest/Bad.cs: Ingest may not use Delivery"], FaultsWith("Ingest/Bad.cs", planted));

    [Theory]
    [InlineData("// using OpenClaw.Gateway.Core.Delivery;")]
    [InlineData("/// <see cref=\"Delivery.Lane\"/>")]
    [InlineData("class Good { string s = \"OpenClaw.Gateway.Core.Delivery.Lane\"; }")]
    [InlineData("class Good { int M(Good Delivery) => Delivery.Count; int Count => 1; }")]
    [InlineData("using OpenClaw.Gateway.Core.Storage;")]
    public void Faults_NoEdge_None(string planted) => Assert.Empty(FaultsWith("Ingest/Good.cs", planted));

    [Theory]
    [InlineData("Pipeline", "Sessions", true)]
    [InlineData("Pipeline", "Delivery", false)]
    [InlineData("Sessions", "Pipeline", false)]
    [InlineData("Storage", "Resilience", true)]
    [InlineData("Tenancy", "Storage", false)]
    [InlineData("Storage", "Ingest", false)]
    [InlineData("Abstractions", "Tenancy", false)]
    [InlineData("Administration", "Routing", true)]
    [InlineData("Administration", "Maintenance", false)]
    [InlineData("Routing", "Administration", false)]
    [InlineData("Hosting", "Administration", true)]
    public void Faults_EdgeOfTheTable_AsTheTableSays(string from, string to, bool allowed) =>
        Assert.Equal(allowed, FaultsWith($"{from}/Any.cs", $"using {FolderEdges.Root}.{to};").Count == 0);

    [Theory]
    [InlineData("Helpers/Any.cs", "namespace OpenClaw.Gateway.Core.Helpers;", "'Helpers' is not a folder")]
    [InlineData("Any.cs", "", "'' is not a folder")]
    [InlineData("Ingest/Any.cs", "namespace OpenClaw.Gateway.Core.Delivery; class Any;", "namespace is not OpenClaw.Gateway.Core.Ingest")]
    [InlineData("Channels/Web/Any.cs", "namespace OpenClaw.Gateway.Core.Channels; class Any;", "namespace is not OpenClaw.Gateway.Core.Channels.Web")]
    [InlineData("Ingest/Any.cs", "class Any;", "namespace is not OpenClaw.Gateway.Core.Ingest")]
    [InlineData("Abstractions/Any.cs", "using Microsoft.Extensions.Options;", "base class library only")]
    [InlineData("Hosting/Any.cs", "global using OpenClaw.Gateway.Core.Storage;", "a global using of Storage reaches every folder")]
    public void Faults_MisplacedOrTooWide_Named(string path, string text, string fault) =>
        Assert.Contains(FolderEdges.Faults([new SourceFile(path, text)]), f => f.Contains(fault, StringComparison.Ordinal));

    private static List<string> FaultsWith(string path, string planted) =>
        [.. FolderEdges.Faults(
        [
            new SourceFile("Delivery/Lane.cs", "namespace OpenClaw.Gateway.Core.Delivery; class Lane { public static void Open() { } }"),
            new SourceFile("Delivery/Parts/Piece.cs", "namespace OpenClaw.Gateway.Core.Delivery.Parts; class Piece;"),
            new SourceFile(path, $"namespace {FolderEdges.Root}.{path[..path.IndexOf('/', StringComparison.Ordinal)]};\n{planted}"),
        ])];
}
