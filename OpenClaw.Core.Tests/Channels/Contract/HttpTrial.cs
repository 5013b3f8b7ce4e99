using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Architecture;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Http;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Channels.Contract;

/// <summary>The worked example keeps the contract of all adapters.</summary>
public sealed class HttpContractTests : ChannelContract
{
    /// <summary>docs/channels/adapters.md promises it.</summary>
    [Fact]
    public void Example_ListenerAndSender_HaveUnder200Lines()
    {
        var folder = Path.Combine(Repository.Root, "OpenClaw.Gateway.Core", "Channels", "Http");
        Assert.InRange(File.ReadAllLines(Path.Combine(folder, "HttpMessages.cs")).Length + File.ReadAllLines(Path.Combine(folder, "HttpSender.cs")).Length, 1, 199);
    }

    private protected override async Task<ChannelTrial> StartAsync() => await HttpTrial.StartAsync();
}

/// <summary>An HTTP channel, and a program that brings Ada's messages in and shows her the replies.</summary>
internal sealed class HttpTrial : ChannelTrial
{
    private readonly HttpReceiver _program;
    private int _ids;
    private string _last = "";
    private int _limited;

    private HttpTrial(HttpReceiver program)
    {
        _program = program;
        program.Before = RefuseAsync;
    }

    public override bool HasConnection => false;

    public override int LongestText => 0;

    public override IReadOnlyList<string> Received => [.. _program.Taken.Select(t => t.Body.GetProperty("message").GetProperty("text").GetString()!)];

    public static async Task<HttpTrial> StartAsync()
    {
        var program = await HttpReceiver.StartAsync(SigningSecrets.Create());
        var road = await PlatformRoad.StartAsync(_ => { });
        var trial = new HttpTrial(program) { Road = road };
        trial.Channel = road.AddChannel("http", new { callbackUrl = program.Url.ToString() }, new Dictionary<string, string> { ["signingSecret"] = program.Secret });
        return trial;
    }

    public override Task SayAsync(string text)
    {
        _last = text;
        _ids++;
        return PostAsync();
    }

    public override async Task<bool> SayAgainAsync()
    {
        await PostAsync();
        return true;
    }

    public override Task CutAsync() => Task.CompletedTask;

    public override void LimitNext() => _limited = 1;

    public override Task RevokeAsync()
    {
        _program.Secret = SigningSecrets.Create();
        return Task.CompletedTask;
    }

    protected override ValueTask DisposePlatformAsync() => _program.DisposeAsync();

    private async Task PostAsync()
    {
        var taken = await Road.Road.Get<HttpMessages>().AcceptAsync(
            Road.Catalog.FindChannel(Channel.Id)!, new() { Id = "in-" + _ids.ToString(CultureInfo.InvariantCulture), User = new("ada", "Ada"), Text = _last }, default);
        if (!taken.Outcome.Accepted) throw new InvalidOperationException(taken.Outcome.Reason);
    }

    private Task<bool> RefuseAsync(HttpContext context, System.Text.Json.JsonElement body)
    {
        if (Interlocked.Exchange(ref _limited, 0) == 0) return Task.FromResult(false);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = "1";
        return Task.FromResult(true);
    }
}
