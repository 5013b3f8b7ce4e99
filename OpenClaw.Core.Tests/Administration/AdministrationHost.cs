using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Administration.Conversations;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Core.Tests.Administration;

/// <summary>The administration over a database with one tenant as a first run makes it.</summary>
internal sealed class AdministrationHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private AdministrationHost(TestDatabase database, BootstrapOptions bootstrap)
    {
        Database = database;
        _services = new ServiceCollection().AddLogging()
            .AddSingleton(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = database.Folder, Bootstrap = bootstrap })
            .AddSingleton<TimeProvider>(Clock).AddSingleton(database.Database).AddSingleton<IFileLinks, PlainLinks>().AddSingleton<IAgentKind>(Scripted)
            .AddSingleton<IBlobStore>(s => new DirectoryBlobStore(s.GetRequiredService<GatewayOptions>()))
            .AddStores().AddProtection().AddAgentRouting().AddAdministration().BuildServiceProvider();
    }

    public TestDatabase Database { get; }

    public TestClock Clock { get; } = new();

    public ScriptedKind Scripted { get; } = new();

    public ICatalog Catalog => Get<ICatalog>();

    public Guid Tenant => Catalog.FindTenant("default")!.Id;

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public static async Task<AdministrationHost> StartAsync(BootstrapOptions? bootstrap = null)
    {
        var host = new AdministrationHost(await TestDatabase.CreateAsync(), bootstrap ?? new());
        try
        {
            await host.Get<Bootstrapper>().RunAsync(default);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>An agent kind that answers as the test says.</summary>
internal sealed class ScriptedKind : IAgentKind, IAgent
{
    public Func<AgentRequest, CancellationToken, ValueTask<AgentOutcome>> Answer { get; set; } = (request, _) => new(AgentOutcome.Answer([new(request.Text)]));

    public string Kind => "echo";

    public IReadOnlyList<string> MadeSecrets => ["signingSecret"];

    /// <summary>Any name, but that of a former value.</summary>
    public bool IsSecret(string name) => !name.EndsWith(".previous", StringComparison.Ordinal);

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) =>
        settings.TryGetProperty("bad", out _) ? [("settings.bad", "is bad")] : [];

    public IAgent Create(AgentModel model) => this;

    public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) => Answer(request, cancellationToken);
}
