using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Routing.Backtests;

public sealed class BacktestTests : IAsyncLifetime
{
    private BacktestHost _host = null!;

    public async Task InitializeAsync() => _host = await BacktestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Rule_MatchesSome_TheyMoveAndTheOthersStay()
    {
        var session = await _host.SessionAsync();
        var refund = await _host.SaidAsync(session, "I want a REFUND");
        await _host.SaidAsync(await _host.SessionAsync(), "hello");

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));

        Assert.Equal((BacktestStates.Done, 2, 2), (view.State, view.Total, view.Done));
        Assert.Equal((2, 1, 1, 1, 0), (view.Counts.Messages, view.Counts.Same, view.Counts.Moved, view.Counts.Unmatched, view.Counts.NewlyUnmatched));
        Assert.Equal(new BacktestUnmatched(0, 0, 1, 0), view.Counts.UnmatchedTo);
        var move = Assert.Single(view.Moves!);
        Assert.Equal(("Echo", "Other", 1), (move.From.Name, move.To.Name, move.Count));
        var example = Assert.Single(move.Examples);
        Assert.Equal((refund, session, "I want a REFUND", null, "Refunds"), (example.Message, example.Session, example.Text, example.RuleBefore, example.RuleAfter));
        var rule = Assert.Single(view.Rules);
        Assert.Equal(("Refunds", null, 1L), (rule.Name, rule.Before, rule.After));
    }

    [Fact]
    public async Task Rules_AsTheyAreLive_ChangeNothing()
    {
        await _host.Routing.MakeAsync("Refunds", "refund");
        await _host.SaidAsync(await _host.SessionAsync(), "a refund, please");
        await _host.SaidAsync(await _host.SessionAsync(), "hello");

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund", _host.Routing.Agent));

        Assert.Equal((2, 2, 0), (view.Counts.Messages, view.Counts.Same, view.Counts.Moved));
        Assert.Equal((1L, 1L), (view.Rules.Single().Before, view.Rules.Single().After)); // the same name: the same rule
    }

    [Fact]
    public async Task Draft_WhereNoRulesAreGiven_IsTried()
    {
        await _host.Routing.Drafts.AddAsync(_host.Routing.Ada, _host.Routing.Body("Only drafted", "refund"));
        await _host.SaidAsync(await _host.SessionAsync(), "a refund, please");
        var begun = (await _host.BeginAsync(new { })).Value!;
        await _host.Runner.EndedAsync(begun.Id);

        var view = (await _host.Queries.GetAsync(_host.Routing.Host.Tenant, begun.Id))!;

        Assert.Equal(("Only drafted", 1L), (view.Rules.Single().Name, view.Rules.Single().After));
        Assert.Equal(_host.Now.AddDays(-StartBacktest.DefaultDays), view.Since);
        Assert.Equal(BacktestRules.Stamp((await _host.Routing.Drafts.GetAsync(_host.Routing.Host.Tenant)).Rules.Select(r => r.Rule)), view.Stamp);
    }

    [Fact]
    public async Task Drops_AndRulesThatGo_AreToldWithExamples()
    {
        await _host.Routing.MakeAsync("Refunds", "refund");
        var refund = await _host.SaidAsync(await _host.SessionAsync(), "a refund, please");
        var spam = await _host.SaidAsync(await _host.SessionAsync(), "cheap pills");

        var view = await _host.TryAsync(_host.Rule("Spam", "pills", drop: true));

        Assert.Equal((1, 1, 1), (view.Counts.NewlyUnmatched, view.Counts.Dropped, view.Counts.NewlyDropped));
        Assert.Equal(refund, view.Examples!.Unmatched.Single().Message);
        Assert.Equal((spam, "drop"), (view.Examples.Dropped.Single().Message, view.Examples.Dropped.Single().To.Kind));
        Assert.Equal([("Spam", null, 1L), ("Refunds", 1L, null)], view.Rules.Select(r => (r.Name, r.Before, r.After)));
    }

    [Fact]
    public async Task Conversation_ThatHadAnAgentBeforeTheTime_StaysWithIt()
    {
        var session = await _host.SessionAsync();
        await _host.SaidAsync(session, "long ago", _host.Other);
        _host.Routing.Host.Clock.Advance(TimeSpan.FromDays(3));
        await _host.SaidAsync(session, "again", _host.Other);

        var view = await _host.TryAsync(_host.Rule("Nothing", "never said"), new { name = "New ones", onlyWhenUnassigned = true, target = new { drop = true } });

        Assert.Equal((1, 1, 0), (view.Counts.Messages, view.Counts.Same, view.Counts.Dropped));
        Assert.Equal(1, view.Counts.UnmatchedTo.Last);
    }

    [Fact]
    public async Task Conversation_Assigned_AsksNoRule()
    {
        await _host.SaidAsync(await _host.SessionAsync(), "a refund, please", assigned: true);

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));

        Assert.Equal((1, 1, 0, 0), (view.Counts.Same, view.Counts.Assigned, view.Counts.Moved, view.Counts.Unmatched));
    }

    [Fact]
    public async Task Conversation_ThatMoved_TakesWhatFollowsAlong()
    {
        var session = await _host.SessionAsync();
        await _host.SaidAsync(session, "a refund, please");
        await _host.SaidAsync(session, "hello?");
        await _host.SaidAsync(session, "anybody?");

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));

        Assert.Equal((1, 2, 2), (view.Counts.Moved, view.Counts.Same, view.Counts.Following));
    }

    [Fact]
    public async Task Messages_OfOthersOfCommandsAndOfGoneChannels_AreNotJudged()
    {
        var stranger = await _host.Routing.OtherTenantAsync();
        await _host.SaidAsync(await _host.SessionAsync(stranger, Guid.NewGuid()), "a refund, please");
        await _host.SaidAsync(await _host.SessionAsync(channel: Guid.NewGuid()), "a refund, please");
        await _host.SaidAsync(await _host.SessionAsync(), "/new");

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));

        Assert.Equal((2, 2, 0, 2), (view.Total, view.Done, view.Counts.Messages, view.Counts.Skipped));
    }

    [Fact]
    public async Task Messages_InTheArchive_AreJudgedAndShown()
    {
        var host = _host.Routing.Host;
        var archive = new PlantedArchive(host.Database.System, host.Get<IArchiveSearch>(), host.Database.Folder);
        await archive.AddAsync(host.Tenant, _host.Routing.Channel, _host.Now.AddHours(-1), ["a refund, please", "here it is"], isIndexed: false);

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));

        Assert.Equal((1, 1, 1), (view.Counts.Messages, view.Counts.Archived, view.Counts.Moved));
        Assert.Equal("a refund, please", view.Moves!.Single().Examples.Single().Text);
    }

    [Fact]
    public async Task Example_WhoseMessageIsGone_HasNoText()
    {
        var message = await _host.SaidAsync(await _host.SessionAsync(), "a refund, please");
        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));
        await using (var db = _host.Routing.Host.Database.System.Create())
        {
            Assert.DoesNotContain("please", (await db.Backtests.SingleAsync()).Result, StringComparison.Ordinal);
            db.Remove(await db.Messages.SingleAsync(m => m.Id == message));
            await db.SaveChangesAsync();
        }

        Assert.Null((await _host.Queries.GetAsync(_host.Routing.Host.Tenant, view.Id))!.Moves!.Single().Examples.Single().Text);
    }

    [Fact]
    public async Task Many_OverSeveralPieces_AreAllJudgedAndExamplesStayFew()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _host.SessionAsync()));
        await using (var db = _host.Routing.Host.Database.System.Create())
        {
            var positions = new OpenClaw.Gateway.Core.Storage.MessagePosition(_host.Routing.Host.Clock);
            for (var i = 0; i < 1_600; i++)
            {
                var (position, id) = positions.Next();
                db.Add(new Message { Position = position, Id = id, TenantId = _host.Routing.Host.Tenant, ChannelId = _host.Routing.Channel, SessionId = sessions[i % 4], Seq = (i / 4) + 1, From = i % 2 == 0 ? OpenClaw.Gateway.Core.Abstractions.MessageFrom.User : OpenClaw.Gateway.Core.Abstractions.MessageFrom.Agent, Text = i % 4 == 0 ? "refund" : "hello", At = _host.Now });
            }

            await db.SaveChangesAsync();
        }

        var view = await _host.TryAsync(_host.Rule("Refunds", "refund"));

        Assert.Equal((800, 800, 400), (view.Total, view.Counts.Messages, view.Counts.Moved));
        Assert.InRange(view.Moves!.Single().Examples.Count, 1, 20);
    }

    [Theory]
    [InlineData("""{"since":"2100-01-01T00:00:00Z"}""", "since")]
    [InlineData("""{"since":"1990-01-01T00:00:00Z"}""", "since")]
    [InlineData("""{"since":"yesterday"}""", "since")]
    [InlineData("""{"rules":"all"}""", "rules")]
    [InlineData("""{"rules":[{"name":"x","target":{"drop":true}},{"name":"y"}]}""", "rules[1].target")]
    [InlineData("""{"rules":[{"name":"x","match":{"text":{"regex":"("}},"target":{"drop":true}}]}""", "rules[0].match.text.regex")]
    [InlineData("""{"rules":[{"name":"x","target":{"drop":true}},{"name":"X","target":{"drop":true}}]}""", "rules[1].name")]
    [InlineData("""{"colour":"red"}""", "colour")]
    [InlineData("[]", "")]
    public async Task Input_Wrong_SaysWhere(string body, string field)
    {
        var result = await _host.Routing.Host.Get<StartBacktest>().RunAsync(_host.Routing.Ada, RoutingHost.Json(body));

        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Contains(field, result.Errors.Keys);
    }
}
