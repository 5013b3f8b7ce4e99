using System.IO.Compression;

namespace OpenClaw.Portal.Tests.Chat;

internal static class ChatAssets
{
    public static string Path(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "OpenClaw.sln"))) folder = folder.Parent;
        return System.IO.Path.Combine(folder!.FullName, "OpenClaw.Portal", "wwwroot", name);
    }
}

public sealed class ChatAssetsTests
{
    [Fact]
    public async Task Widget_Compressed_IsUnderThirtyKilobytes()
    {
        var bytes = await File.ReadAllBytesAsync(ChatAssets.Path("widget.js"));
        using var target = new MemoryStream();
        await using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true)) await gzip.WriteAsync(bytes);
        Assert.InRange(target.Length, 1, 30_000);
    }

    [Fact]
    public async Task Widget_OnAPageOfAnyEncoding_ReadsTheSame() =>
        Assert.All(await File.ReadAllBytesAsync(ChatAssets.Path("widget.js")), b => Assert.InRange(b, 0, 127));

    [Theory]
    [InlineData("innerHTML")]
    [InlineData("outerHTML")]
    [InlineData("insertAdjacentHTML")]
    [InlineData("document.write")]
    [InlineData("eval(")]
    [InlineData("console.log")]
    public async Task Widget_Source_NeverUses(string name) =>
        Assert.DoesNotContain(name, await File.ReadAllTextAsync(ChatAssets.Path("widget.js")), StringComparison.Ordinal);
}
