using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tenancy;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>Renders pages over a real database, with a clock and a bus that the test moves.</summary>
internal sealed class PageContext : BunitContext
{
    private PageContext(PortalDatabase database)
    {
        Database = database;
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<IEventBus>(Bus);
        Services.AddSingleton(database.Catalog);
        Services.AddSingleton(database.Tenants);
        Services.AddSingleton(database.Index);
        Health.Fault.Returns((string?)null);
        Services.AddSingleton(Substitute.For<IFileLinks>());
        Services.AddSingleton(Figures);
        Services.AddSingleton(new TraceLinks(_ => null));
        Services.AddSingleton(Health);
        Services.AddSingleton(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = "." });
        Services.AddSingleton<SessionQueries>().AddSingleton<MessageQueries>().AddSingleton<DeadLetterQueries>();
        Services.AddSingleton<SessionNeighbours>().AddSingleton<RawMessages>().AddSingleton<SavedFilters>().AddSingleton<SessionNoteBook>();
        Services.AddSingleton<ISessionControl>(Control).AddSingleton(Writer).AddSingleton<ChangeSession>();
        Services.AddSingleton(s => new ControlSession(
            Control, s.GetRequiredService<SessionQueries>(), database.Catalog, database.Tenants, Clock,
            new SuggestExamples(database.Tenants, database.Catalog, Substitute.For<IIntentRecognizer>(), database.Index, Clock)));
        AgentFigures.FiguresOf(Arg.Any<Guid>()).Returns(OpenClaw.Gateway.Core.Telemetry.AgentFigures.None);
        Services.AddSingleton(AgentFigures).AddQueues();
        Services.AddPortalServices();
        Services.AddSingleton(database.System).AddSingleton<TenantAccess>().AddSingleton<Callers>();
        JSInterop.Mode = JSRuntimeMode.Loose;
        var module = JSInterop.SetupModule("./js/lists.js");
        module.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./js/transcript.js").Mode = JSRuntimeMode.Loose;
    }

    public PortalDatabase Database { get; }

    public TestClock Clock { get; } = new();

    public HandBus Bus { get; } = new();

    public HandControl Control { get; } = new();

    public ISessionWriter Writer { get; } = Substitute.For<ISessionWriter>();

    public ILiveFigures Figures { get; } = Substitute.For<ILiveFigures>();

    public IAgentFigures AgentFigures { get; } = Substitute.For<IAgentFigures>();

    public IJournalHealth Health { get; } = Substitute.For<IJournalHealth>();

    public static async Task<PageContext> CreateAsync() => new(await PortalDatabase.CreateAsync());

    /// <summary>Moves the clock step by step until it is so. (bUnit's own wait looks again only when something was rendered.)</summary>
    public void TickUntil(TimeSpan step, Func<bool> isSo) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            Clock.Advance(step);
            return isSo();
        },
        TimeSpan.FromSeconds(30)));

    /// <summary>Waits for what no page renders, such as where the browser is.</summary>
    public static void Until(Func<bool> isSo) => Assert.True(SpinWait.SpinUntil(isSo, TimeSpan.FromSeconds(30)));

    /// <summary>Signs somebody in who has that role in the tenant.</summary>
    public async Task<Guid> SignInAsync(TenantRole role = TenantRole.Admin)
    {
        var id = Guid.NewGuid();
        var email = $"{role}@example.com".ToLowerInvariant();
        await Database.AddAsync(
            new Person { Id = id, UserName = email, Email = email },
            new Membership { PersonId = id, TenantId = Database.Tenant.Id, Role = role });
        this.AddAuthorization().SetAuthorized(email).SetClaims(new Claim(ClaimTypes.NameIdentifier, id.ToString()));
        return id;
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await Database.DisposeAsync();
    }
}
