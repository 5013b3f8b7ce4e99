using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Alerts;

namespace OpenClaw.Core.Tests.Administration.Alerts;

/// <summary>What is told, when, and what becomes of it when nobody takes it.</summary>
public sealed class AlertNoticesTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private AlertHost _alerts = null!;
    private Guid _agent;

    public async Task InitializeAsync()
    {
        _alerts = await AlertHost.StartAsync();
        _agent = (await _alerts.Host.Get<SaveAgent>().CreateAsync(_alerts.Admin, AlertHost.Json("""{"kind":"echo","name":"Helper"}"""))).Value!.Id;
    }

    public async Task DisposeAsync() => await _alerts.DisposeAsync();

    [Fact]
    public async Task EndpointFails_NoticeIsTriedAgainWithTheSameIdUntilTaken()
    {
        await _alerts.RuleAsync("circuit_open");
        _alerts.Endpoint.Status = 503;
        Break();
        await _alerts.RunAsync(2 * Minute);
        var alert = Assert.Single(await _alerts.AlertsAsync());
        Assert.True(alert is { NotifiedAt: null, Attempts: > 1, NextAt: not null }, $"{alert.Attempts}");
        Assert.Contains("HTTP 503", alert.Error, StringComparison.Ordinal);
        Assert.Single(_alerts.Received.Select(r => r.Id).Distinct());
        _alerts.Endpoint.Status = 200;
        await _alerts.RunAsync(20 * Minute);
        alert = Assert.Single(await _alerts.AlertsAsync());
        Assert.True(alert is { NotifiedAt: not null, Attempts: 0, NextAt: null, Error: null });
        Assert.All(_alerts.Types(), t => Assert.Equal("alert.started", t));
    }

    [Fact]
    public async Task EndpointFails_PausesGrowToAQuarterOfAnHour()
    {
        await _alerts.RuleAsync("circuit_open");
        _alerts.Endpoint.Status = 500;
        Break();
        await _alerts.RunAsync(3 * Hour);
        Assert.InRange(_alerts.Received.Count, 15, 35);
    }

    [Fact]
    public async Task Restart_InTheMidst_GoesOnAndTellsOnce()
    {
        await _alerts.RuleAsync("circuit_open");
        _alerts.Endpoint.Status = 500;
        Break();
        await _alerts.RunAsync(Minute);
        _alerts.Restart();
        _alerts.Endpoint.Status = 204;
        await _alerts.RunAsync(10 * Minute);
        Assert.Single(await _alerts.AlertsAsync());
        Assert.NotNull((await _alerts.AlertsAsync())[0].NotifiedAt);
        var told = _alerts.Received.Count;
        _alerts.Restart();
        await _alerts.RunAsync(10 * Minute);
        Assert.Equal(told, _alerts.Received.Count);
        Mend();
        _alerts.Restart();
        await _alerts.RunAsync(3 * Minute);
        Assert.Equal("alert.ended", _alerts.Types()[^1]);
    }

    [Fact]
    public async Task QuietHours_TroubleThatLasts_IsToldAtTheirEnd()
    {
        // 10:00 UTC is 11:00 in Berlin: quiet until noon
        await _alerts.RuleAsync("circuit_open", more: ""","quiet":{"from":"09:00","to":"12:00","zone":"Europe/Berlin"}""");
        Break();
        await _alerts.RunAsync(59 * Minute);
        Assert.Empty(_alerts.Received);
        Assert.Equal(1, _alerts.Board.Open(_alerts.Host.Tenant)); // pages show it at once
        await _alerts.RunAsync(2 * Minute);
        Assert.Contains("since 2026-11-22 10:00 UTC", Assert.Single(_alerts.Received).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuietHours_TroubleThatIsOverBeforeTheirEnd_IsNotToldAtAll()
    {
        await _alerts.RuleAsync("circuit_open", more: ""","quiet":{"from":"09:00","to":"12:00","zone":"Europe/Berlin"}""");
        Break();
        await _alerts.RunAsync(10 * Minute);
        Mend();
        await _alerts.RunAsync(2 * Hour);
        Assert.Empty(_alerts.Received);
        Assert.True(Assert.Single(await _alerts.AlertsAsync()) is { EndedAt: not null, NextAt: null, NotifiedAt: null });
    }

    [Fact]
    public async Task Reminder_WhileItLasts_ComesEachTimeWithItsOwnId()
    {
        await _alerts.RuleAsync("circuit_open", """{"repeatMinutes":30}""");
        Break();
        await _alerts.RunAsync(70 * Minute);
        Assert.Equal(["alert.started", "alert.reminder", "alert.reminder"], _alerts.Types());
        Assert.Distinct(_alerts.Received.Select(r => r.Id));
    }

    [Fact]
    public async Task Resolved_SwitchedOff_TellsNoEnd()
    {
        await _alerts.RuleAsync("circuit_open", """{"resolved":false}""");
        Break();
        await _alerts.RunAsync(Minute);
        Mend();
        await _alerts.RunAsync(5 * Minute);
        Assert.Equal(["alert.started"], _alerts.Types());
        Assert.NotNull(Assert.Single(await _alerts.AlertsAsync()).EndedAt);
    }

    [Fact]
    public async Task RuleSwitchedOff_ItsAlertsEndWithoutAWord()
    {
        var rule = await _alerts.RuleAsync("circuit_open");
        Break();
        await _alerts.RunAsync(Minute);
        await _alerts.Save.PatchAsync(_alerts.Admin, rule.Id, AlertHost.Json("""{"enabled":false}"""));
        await _alerts.RunAsync(5 * Minute);
        Assert.Equal(["alert.started"], _alerts.Types());
        Assert.Equal(0, _alerts.Board.Open(_alerts.Host.Tenant));
    }

    [Fact]
    public async Task Rotated_BothSecretsSign_UntilTheOverlapIsOver()
    {
        var rule = await _alerts.RuleAsync("circuit_open", """{"repeatMinutes":60}""");
        var former = rule.Secrets["signingSecret"].Value!;
        var fresh = (await _alerts.Save.RotateAsync(_alerts.Admin, rule.Id, "signingSecret", 1)).Value!.Value!;
        Break();
        await _alerts.RunAsync(Minute);
        Assert.True(Last.IsSignedWith(former, _alerts.Clock.GetUtcNow()) && Last.IsSignedWith(fresh, _alerts.Clock.GetUtcNow()));
        await _alerts.RunAsync(61 * Minute);
        Assert.Equal(2, _alerts.Received.Count);
        Assert.True(!Last.IsSignedWith(former, _alerts.Clock.GetUtcNow()) && Last.IsSignedWith(fresh, _alerts.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task Mail_OneOfTwoAddressesRefused_IsTakenAndSaysWhich()
    {
        var result = await _alerts.Save.CreateAsync(_alerts.Admin, AlertHost.Json("""{"name":"By mail","condition":"circuit_open","means":"mail","target":"a@example.com;b@example.com"}"""));
        Assert.Equal("a@example.com, b@example.com", result.Value!.Target);
        Assert.Empty(result.Value.Secrets);
        _alerts.Mails.Refused.Add("b@example.com");
        Break();
        await _alerts.RunAsync(5 * Minute);
        var mail = Assert.Single(_alerts.Mails.Sent);
        Assert.StartsWith("Alert: By mail", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("/t/default/agents/", mail.Text, StringComparison.Ordinal);
        Assert.True(Assert.Single(await _alerts.AlertsAsync()) is { NotifiedAt: not null, Error: "b@example.com: no such person" });
    }

    [Fact]
    public async Task Test_OfARule_IsSentAtOnceAndLeavesNothing()
    {
        var rule = await _alerts.RuleAsync("circuit_open", more: ""","quiet":{"from":"00:00","to":"23:59","zone":"UTC"}""");
        var test = new TestAlertRule(_alerts.Host.Get<Gateway.Core.Storage.ITenantDbFactory>(), _alerts.Conditions, _alerts.Notices);
        Assert.True((await test.RunAsync(_alerts.Admin, rule.Id)).Value!.Ok);
        Assert.Equal(["alert.test"], _alerts.Types());
        _alerts.Endpoint.Status = 404;
        var failed = (await test.RunAsync(_alerts.Admin, rule.Id)).Value!;
        Assert.False(failed.Ok);
        Assert.Contains("HTTP 404", failed.Detail, StringComparison.Ordinal);
        Assert.Empty(await _alerts.AlertsAsync());
    }

    [Fact]
    public async Task Destination_ThatIsPrivate_IsRefusedByTheGuard()
    {
        var rule = (await _alerts.Save.CreateAsync(_alerts.Admin, AlertHost.Json("""{"name":"Inside","condition":"circuit_open","means":"webhook","target":"http://10.0.0.1/"}"""))).Value!;
        var test = new TestAlertRule(_alerts.Host.Get<Gateway.Core.Storage.ITenantDbFactory>(), _alerts.Conditions, _alerts.Notices);
        Assert.Contains("not a public address", (await test.RunAsync(_alerts.Admin, rule.Id)).Value!.Detail, StringComparison.Ordinal);
    }

    private Received Last => _alerts.Received.Last();

    private void Break() => _alerts.Circuits.Set(_agent, CircuitState.Open, _alerts.Clock.GetUtcNow());

    private void Mend() => _alerts.Circuits.Set(_agent, CircuitState.Closed, _alerts.Clock.GetUtcNow());
}
