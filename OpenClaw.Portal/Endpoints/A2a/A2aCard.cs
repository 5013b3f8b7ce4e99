using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>The card of an agent that is offered to others.</summary>
internal static class A2aCard
{
    /// <summary>The protocol's version that is spoken.</summary>
    public const string Version = "1.0";

    private const string Seconds = "private, max-age=300";

    /// <summary>With an ETag; 304 where the caller has it.</summary>
    public static IResult Answer(HttpContext http, TenantModel tenant, ProgramAgent agent, Uri publicUrl)
    {
        var card = JsonSerializer.SerializeToUtf8Bytes(Of(tenant, agent, BaseOf(http, publicUrl)), ApiJson.Options);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(card)[..8])}\"");
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = Seconds;
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))) return Results.StatusCode(StatusCodes.Status304NotModified);
        return Results.Bytes(card, "application/json");
    }

    private static object Of(TenantModel tenant, ProgramAgent agent, string address) => new
    {
        name = agent.Name,
        description = agent.IsPool ? $"Agents of {tenant.Name} that share their work, through OpenClaw Gateway." : $"An agent of {tenant.Name}, through OpenClaw Gateway.",
        supportedInterfaces = new[] { new { url = $"{address}/a2a/{tenant.Slug}/{Uri.EscapeDataString(agent.Name)}", protocolBinding = "JSONRPC", protocolVersion = Version } },
        provider = new { organization = tenant.Name, url = address },
        version = "1.0.0",
        capabilities = new { streaming = true, pushNotifications = false, extendedAgentCard = false },
        securitySchemes = new { key = new { httpAuthSecurityScheme = new { scheme = "Bearer", description = "An API key of the tenant with the scope converse." } } },
        securityRequirements = new[] { new { schemes = new { key = new { list = Array.Empty<string>() } } } },
        defaultInputModes = new[] { "text/plain", "text/markdown", "application/json", "image/*", "application/octet-stream" },
        defaultOutputModes = new[] { "text/plain", "text/markdown" },
        skills = Skills(agent),
    };

    /// <summary>What it is for: its intents; every agent can at least be talked to.</summary>
    private static object[] Skills(ProgramAgent agent) => agent.Intents.Count == 0
        ? [new { id = "conversation", name = "Conversation", description = $"Talk with {agent.Name}.", tags = new[] { "chat" } }]
        : [.. agent.Intents.Select(intent => new { id = intent, name = intent, description = $"What people want who are recognised as “{intent}”.", tags = new[] { intent } })];

    /// <summary>The address by which the caller came, so that it holds for the caller; the public one where that is meant.</summary>
    private static string BaseOf(HttpContext http, Uri publicUrl) =>
        string.Equals(http.Request.Host.Host, publicUrl.Host, StringComparison.OrdinalIgnoreCase) ? publicUrl.ToString().TrimEnd('/') : $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}";
}
