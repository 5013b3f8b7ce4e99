using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Outbound;

namespace OpenClaw.Core.Tests.Channels.Email.Outbound;

/// <summary>Limits of an account.</summary>
public sealed class MailBudgetTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly FakeCatalog _catalog = new();
    private readonly MailBudget _budget;

    public MailBudgetTests() => _budget = new(_catalog, _clock);

    public void Dispose() => _budget.Dispose();

    [Fact]
    public void Limit_OfAnAccount_IsSharedByItsChannelsOfAllTenants()
    {
        var one = Channel("""{"sendPerMinute":6}""");
        var other = Channel("""{"sendPerMinute":60,"mailbox":"Sales"}""");
        for (var i = 0; i < 6; i++) Assert.Null(_budget.Take(i % 2 == 0 ? one : other));
        var wait = _budget.Take(other);
        Assert.InRange(wait!.Value.TotalSeconds, 9.9, 10.1);
        Assert.NotNull(_budget.Take(one));
        _clock.Advance(wait.Value);
        Assert.Null(_budget.Take(one));
        var view = Assert.Single(_budget.Look(other.Id));
        Assert.Equal((6, 0), (view.Limit, view.Left));
        Assert.NotNull(view.FullAt);
    }

    [Fact]
    public void Limit_OfAnotherAccount_IsItsOwn()
    {
        var one = Channel("""{"sendPerMinute":1}""");
        var other = Channel("""{"sendPerMinute":1,"user":"somebody"}""");
        Assert.Null(_budget.Take(one));
        Assert.NotNull(_budget.Take(one));
        Assert.Null(_budget.Take(other));
    }

    [Fact]
    public void Limit_Nought_IsNone()
    {
        var one = Channel("""{"sendPerMinute":0}""");
        for (var i = 0; i < 1_000; i++) Assert.Null(_budget.Take(one));
        Assert.Empty(_budget.Look(one.Id));
    }

    [Fact]
    public void Pause_OfTheServer_IsKeptAndShown()
    {
        var one = Channel("{}");
        _budget.Pause(one, TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(1), _budget.Take(one));
        Assert.NotNull(Assert.Single(_budget.Look(one.Id)).PausedUntil);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_budget.Take(one));
    }

    private ChannelModel Channel(string more)
    {
        var settings = System.Text.Json.Nodes.JsonNode.Parse(more)!.AsObject();
        (settings["address"], settings["imapHost"], settings["smtpHost"]) = ("a@example.com", "imap.example.com", "smtp.example.com");
        var tenant = new TenantModel(Guid.NewGuid(), "t", "T", false, new());
        var channel = new ChannelModel { Id = Guid.NewGuid(), Tenant = tenant, Kind = "email", Name = "mail", Enabled = true, Settings = JsonElement.Parse(settings.ToJsonString()) };
        _catalog.Put(channel);
        return channel;
    }
}
