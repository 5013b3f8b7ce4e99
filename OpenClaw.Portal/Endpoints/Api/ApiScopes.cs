using System.Collections.Frozen;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>The one table that maps every call of the management API to the scope it needs. A call that is not here is not mapped: the start fails.</summary>
internal static class ApiScopes
{
    public static FrozenDictionary<string, string> Table { get; } = new Dictionary<string, string>
    {
        ["GET /channels"] = ApiScopeNames.Read,
        ["POST /channels"] = ApiScopeNames.Configure,
        ["GET /channels/{id:guid}"] = ApiScopeNames.Read,
        ["PATCH /channels/{id:guid}"] = ApiScopeNames.Configure,
        ["DELETE /channels/{id:guid}"] = ApiScopeNames.Configure,
        ["POST /channels/{id:guid}/test"] = ApiScopeNames.Configure,
        ["POST /channels/{id:guid}/restart"] = ApiScopeNames.Configure,
        ["GET /channels/{id:guid}/status"] = ApiScopeNames.Read,
        ["POST /channels/{id:guid}/secrets/{name}/rotate"] = ApiScopeNames.Configure,
        ["GET /agents"] = ApiScopeNames.Read,
        ["POST /agents"] = ApiScopeNames.Configure,
        ["GET /agents/{id:guid}"] = ApiScopeNames.Read,
        ["PATCH /agents/{id:guid}"] = ApiScopeNames.Configure,
        ["DELETE /agents/{id:guid}"] = ApiScopeNames.Configure,
        ["POST /agents/{id:guid}/test"] = ApiScopeNames.Configure,
        ["POST /agents/{id:guid}/secrets/{name}/rotate"] = ApiScopeNames.Configure,
        ["GET /settings"] = ApiScopeNames.Read,
        ["PATCH /settings"] = ApiScopeNames.Configure,
        ["GET /routing-rules"] = ApiScopeNames.Read,
        ["POST /routing-rules"] = ApiScopeNames.Configure,
        ["GET /routing-rules/{id:guid}"] = ApiScopeNames.Read,
        ["PATCH /routing-rules/{id:guid}"] = ApiScopeNames.Configure,
        ["DELETE /routing-rules/{id:guid}"] = ApiScopeNames.Configure,
        ["PUT /routing-rules/order"] = ApiScopeNames.Configure,
        ["POST /routing-rules/evaluate"] = ApiScopeNames.Read,
        ["GET /routing-versions"] = ApiScopeNames.Read,
        ["GET /routing-versions/{number:int}"] = ApiScopeNames.Read,
        ["GET /routing-versions/{number:int}/diff"] = ApiScopeNames.Read,
        ["POST /routing-versions/publish"] = ApiScopeNames.Configure,
        ["POST /routing-versions/{number:int}/rollback"] = ApiScopeNames.Configure,
        ["GET /sessions"] = ApiScopeNames.Read,
        ["GET /sessions/{id:guid}"] = ApiScopeNames.Read,
        ["PATCH /sessions/{id:guid}"] = ApiScopeNames.Operate,
        ["GET /sessions/{id:guid}/messages"] = ApiScopeNames.Read,
        ["POST /sessions/{id:guid}/messages"] = ApiScopeNames.Converse,
        ["GET /messages/{id:guid}"] = ApiScopeNames.Read,
        ["GET /dead-letters"] = ApiScopeNames.Read,
        ["GET /dead-letters/groups"] = ApiScopeNames.Read,
        ["GET /dead-letters/{id:guid}"] = ApiScopeNames.Read,
        ["GET /api-keys"] = ApiScopeNames.Read,
        ["POST /api-keys"] = ApiScopeNames.Configure,
        ["GET /api-keys/{id:guid}"] = ApiScopeNames.Read,
        ["PATCH /api-keys/{id:guid}"] = ApiScopeNames.Configure,
        ["DELETE /api-keys/{id:guid}"] = ApiScopeNames.Configure,
        ["POST /api-keys/{id:guid}/rotate"] = ApiScopeNames.Configure,
        ["GET /members"] = ApiScopeNames.Configure,
        ["POST /members"] = ApiScopeNames.Configure,
        ["GET /members/{id:guid}"] = ApiScopeNames.Configure,
        ["PATCH /members/{id:guid}"] = ApiScopeNames.Configure,
        ["DELETE /members/{id:guid}"] = ApiScopeNames.Configure,
        ["GET /audit"] = ApiScopeNames.Configure,
        ["GET /audit/{id:guid}"] = ApiScopeNames.Configure,
        ["GET /holds"] = ApiScopeNames.Configure,
        ["POST /holds"] = ApiScopeNames.Configure,
        ["GET /holds/{id:guid}"] = ApiScopeNames.Configure,
        ["PATCH /holds/{id:guid}"] = ApiScopeNames.Configure,
        ["DELETE /holds/{id:guid}"] = ApiScopeNames.Configure,
        ["GET /events"] = ApiScopeNames.Read,
        ["GET /tenants"] = ApiScopeNames.Own,
        ["POST /tenants"] = ApiScopeNames.Own,
        ["GET /tenants/{id:guid}"] = ApiScopeNames.Own,
        ["PATCH /tenants/{id:guid}"] = ApiScopeNames.Own,
        ["DELETE /tenants/{id:guid}"] = ApiScopeNames.Own,
        ["POST /tenants/{id:guid}/suspend"] = ApiScopeNames.Own,
        ["POST /tenants/{id:guid}/resume"] = ApiScopeNames.Own,
        ["GET /tenants/{id:guid}/export"] = ApiScopeNames.Own,
        ["POST /tenants/{id:guid}/import"] = ApiScopeNames.Own,
        ["GET /usage"] = ApiScopeNames.Read,
    }.ToFrozenDictionary();

    /// <summary>The scope of a call; throws where the table has none.</summary>
    public static string Of(string method, string pattern) =>
        Table.GetValueOrDefault($"{method} {pattern}") ?? throw new InvalidOperationException($"The call {method} {pattern} has no scope in {nameof(ApiScopes)}.");
}
