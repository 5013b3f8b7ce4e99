using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Alerts;

public sealed class SaveAlertRuleTests : IAsyncLifetime
{
    private AlertHost _alerts = null!;

    public async Task InitializeAsync() => _alerts = await AlertHost.StartAsync();

    public async Task DisposeAsync() => await _alerts.DisposeAsync();

    [Fact]
    public async Task Create_Webhook_ShowsItsSecretOnce()
    {
        var made = await _alerts.RuleAsync("circuit_open");
        Assert.StartsWith("whsec_", made.Secrets["signingSecret"].Value, StringComparison.Ordinal);
        var read = (await _alerts.Queries.GetAsync(_alerts.Admin, made.Id))!;
        Assert.True(read.Secrets["signingSecret"] is { Set: true, Value: null });
        Assert.Equal(("""{"repeatMinutes":0,"resolved":true}""", 1), (read.Settings.ToJsonString(), read.Version));
        await using var db = _alerts.Host.Get<ISystemDbFactory>().Create();
        Assert.DoesNotContain(made.Secrets["signingSecret"].Value!, string.Join('\n', await db.Audit.Select(a => a.After).ToListAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "name", "condition", "means", "target")]
    [InlineData("""{"name":"x","condition":"rain","means":"webhook","target":"https://example.com"}""", "condition")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"pigeon","target":"https://example.com"}""", "means")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"webhook","target":"ftp://example.com"}""", "target")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"mail","target":"nobody"}""", "target")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"webhook","target":"https://example.com","settings":{"count":1}}""", "settings.count")]
    [InlineData("""{"name":"x","condition":"dead_letters","means":"webhook","target":"https://example.com","settings":{"cause":"bad_luck"}}""", "settings.cause")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"webhook","target":"https://example.com","settings":{"agent":"0191d9e2-0000-7000-8000-000000000000"}}""", "settings.agent")]
    [InlineData("""{"name":"x","condition":"channel_deaf","means":"webhook","target":"https://example.com","settings":{"hours":{"from":"x","to":"07:00","zone":"UTC"}}}""", "settings.hours.from")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"webhook","target":"https://example.com","quiet":{"from":"22:00","to":"07:00","zone":"Nowhere"}}""", "quiet.zone")]
    [InlineData("""{"name":"x","condition":"circuit_open","means":"webhook","target":"https://example.com","secrets":{"other":"x"}}""", "secrets.other")]
    public async Task Create_WhatIsWrong_IsSaidAtItsField(string json, params string[] fields)
    {
        var result = await _alerts.Save.CreateAsync(_alerts.Admin, AlertHost.Json(json));
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Equal(fields.Order(), result.Errors.Keys.Order());
    }

    [Fact]
    public async Task Create_MailWithoutAServer_SaysWhatToDo()
    {
        _alerts.Mails.IsConfigured = false;
        var result = await _alerts.Save.CreateAsync(_alerts.Admin, AlertHost.Json("""{"name":"x","condition":"circuit_open","means":"mail","target":"a@example.com"}"""));
        Assert.Contains("Smtp:Host", result.Errors["means"][0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job_failed")]
    [InlineData("disk_low")]
    public async Task OfTheInstallation_ByAnAdmin_IsForbidden(string condition)
    {
        var admin = new Caller(_alerts.Host.Tenant, ActorKind.Person, Guid.NewGuid(), "ada", [ApiScopeNames.Read, ApiScopeNames.Configure]);
        var body = AlertHost.Json($$"""{"name":"x","condition":"{{condition}}","means":"webhook","target":"https://example.com"}""");
        Assert.Equal(ApiScopeNames.Own, (await Assert.ThrowsAsync<ForbiddenException>(() => _alerts.Save.CreateAsync(admin, body))).Scope);
        var made = (await _alerts.Save.CreateAsync(_alerts.Admin, body)).Value!;
        await Assert.ThrowsAsync<ForbiddenException>(() => _alerts.Save.PatchAsync(admin, made.Id, AlertHost.Json("""{"target":"https://thief.example/"}""")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _alerts.Save.RotateAsync(admin, made.Id, "signingSecret", 0));
    }

    [Fact]
    public async Task Patch_ToMail_TakesTheSecretAway()
    {
        var made = await _alerts.RuleAsync("circuit_open");
        var patched = (await _alerts.Save.PatchAsync(_alerts.Admin, made.Id, AlertHost.Json("""{"means":"mail","target":"a@example.com"}"""), made.Version)).Value!;
        Assert.Empty(patched.Secrets);
        Assert.Equal(AdminStatus.Stale, (await _alerts.Save.PatchAsync(_alerts.Admin, made.Id, AlertHost.Json("""{"name":"y"}"""), made.Version)).Status);
        var back = (await _alerts.Save.PatchAsync(_alerts.Admin, made.Id, AlertHost.Json("""{"means":"webhook","target":"https://example.com"}"""))).Value!;
        Assert.NotNull(back.Secrets["signingSecret"].Value);
    }

    [Fact]
    public async Task Patch_OfTheCondition_IsRefused()
    {
        var made = await _alerts.RuleAsync("circuit_open");
        Assert.Equal(["condition"], (await _alerts.Save.PatchAsync(_alerts.Admin, made.Id, AlertHost.Json("""{"condition":"queue_age"}"""))).Errors.Keys);
    }

    [Fact]
    public async Task Delete_TakesSecretAndHistoryWithIt()
    {
        var made = await _alerts.RuleAsync("disk_low");
        _alerts.Disk.Free = 0;
        await _alerts.RunAsync(TimeSpan.FromMinutes(1));
        Assert.Single((await _alerts.Queries.HistoryAsync(_alerts.Admin, new(10))).Items);
        Assert.Equal(AdminStatus.Done, (await _alerts.Save.DeleteAsync(_alerts.Admin, made.Id)).Status);
        Assert.Empty((await _alerts.Queries.HistoryAsync(_alerts.Admin, new(10))).Items);
        await using var db = _alerts.Host.Get<ISystemDbFactory>().Create();
        Assert.False(await db.Secrets.AnyAsync(s => s.OwnerId == made.Id));
    }

    [Fact]
    public async Task History_OpenAndOver_ArePagedAndNarrowed()
    {
        var rule = await _alerts.RuleAsync("disk_low");
        for (var i = 0; i < 3; i++)
        {
            _alerts.Disk.Free = 0;
            await _alerts.RunAsync(TimeSpan.FromMinutes(1));
            if (i < 2) _alerts.Disk.Free = 100L << 30;
            await _alerts.RunAsync(TimeSpan.FromMinutes(3));
        }

        var first = await _alerts.Queries.HistoryAsync(_alerts.Admin, new(2));
        var second = await _alerts.Queries.HistoryAsync(_alerts.Admin, new(2, first.Next));
        Assert.Equal((2, 1, null), (first.Items.Count, second.Items.Count, second.Next));
        Assert.Equal((rule.Id, "disk_low"), (first.Items[0].Rule.Id, first.Items[0].Rule.Name));
        Assert.Single((await _alerts.Queries.HistoryAsync(_alerts.Admin, new(10), new(Open: true))).Items);
        Assert.Equal(2, (await _alerts.Queries.HistoryAsync(_alerts.Admin, new(10), new(Open: false, Rule: rule.Id))).Items.Count);
    }
}
