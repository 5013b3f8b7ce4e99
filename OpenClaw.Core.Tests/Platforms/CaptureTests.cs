using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Capture;

namespace OpenClaw.Core.Tests.Platforms;

public sealed class CaptureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("capture").FullName;

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public void Run_NoViolation_CountsAndZero()
    {
        using (RequestLedger ledger = new("telegram", _folder))
        {
            ledger.Count("sendMessage");
            ledger.Count("getUpdates");
            ledger.Write();
            ledger.Count("getUpdates");
        }

        var (code, text) = Run(_folder);

        Assert.Equal(0, code);
        Assert.EndsWith("3 requests, 0 violations" + Environment.NewLine, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Violations_NamedPerMethodAndOne()
    {
        using RequestLedger telegram = new("telegram", _folder);
        using RequestLedger discord = new("discord", _folder);
        telegram.Count("sendMessage");
        telegram.Violate("sendMessage", "text is required");
        discord.Count("POST /channels/{id}/messages");
        discord.Write();

        var (code, text) = Run(_folder);

        Assert.Equal(1, code);
        Assert.Contains("telegram: 1 requests, 1 violations", text, StringComparison.Ordinal);
        Assert.Contains("! 1 x sendMessage: text is required", text, StringComparison.Ordinal);
        Assert.EndsWith("2 requests, 1 violations" + Environment.NewLine, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NothingCaptured_Two()
    {
        Assert.Equal(2, Run(_folder).Code);
    }

    private static (int Code, string Text) Run(string folder)
    {
        using StringWriter output = new();
        var code = CapturedCommand.Run(folder, output);
        return (code, output.ToString());
    }
}
