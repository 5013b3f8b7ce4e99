using System.Text.RegularExpressions;
using OpenClaw.Portal.Tests.Packaging;

namespace OpenClaw.Portal.Tests.Architecture;

/// <summary>The gateway may share a site under a sub-path: addresses in pages are relative to the base address.</summary>
public sealed partial class LinksTests
{
    [Fact]
    public void Components_Addresses_DoNotBeginAtTheRootOfTheSite()
    {
        var folder = Repository.PathOf("OpenClaw.Portal/Components");
        var faults = Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Where(l => !l.StartsWith("@page", StringComparison.Ordinal) && !l.Contains("Before=\"/", StringComparison.Ordinal) && FromRoot().IsMatch(l))
                .Select(l => $"{Path.GetRelativePath(folder, f)}: {l.Trim()}"));
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("<a href=\"/\">", true)]
    [InlineData("$\"/t/{Slug}/agents\"", true)]
    [InlineData("NavigateTo(\"/owner/jobs\")", true)]
    [InlineData("$\"t/{Slug}/agents\"", false)]
    [InlineData("Contains(\"/dead-letters\")", false)]
    public void FromRoot_Line_SeesTheSlash(string line, bool expected) => Assert.Equal(expected, FromRoot().IsMatch(line));

    [GeneratedRegex("\"/(?:t/|owner|account|chat/|api\"|files/\\{)|(?:href|src|action)=\"/|NavigateTo\\(\\$?\"/", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FromRoot();
}
