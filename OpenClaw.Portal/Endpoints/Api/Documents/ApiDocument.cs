using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OpenClaw.Portal.Endpoints.Api.Documents;

/// <summary>The OpenAPI document of the management API, made from the mapped calls, and the page to browse it.</summary>
internal static class ApiDocument
{
    private const string Version = "v1";
    private const string SecurityName = "apiKey";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict) // else each number's schema says: or a text
        .AddOpenApi(Version, Describe);

    private static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = call => call.RelativePath?.StartsWith(ManagementApi.Base[1..], StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Loosen(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeAsync);
    }

    public static IEndpointRouteBuilder MapApiDocument(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        endpoints.MapSwaggerUI("api", options =>
        {
            options.DocumentTitle = "OpenClaw Gateway API";
            options.SwaggerEndpoint("../openapi/v1.json", "OpenClaw Gateway API");
        }).AllowAnonymous().Add(AllowStyles);
        return endpoints;
    }

    /// <summary>The page puts a style element of its own into itself; scripts stay those of this server.</summary>
    private static void AllowStyles(EndpointBuilder page)
    {
        var serve = page.RequestDelegate!;
        page.RequestDelegate = http =>
        {
            http.Response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
            return serve(http);
        };
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "OpenClaw Gateway", Version = Version,
            Description = "Everything that the portal's forms do can be scripted. Send an API key as bearer token; each call names the scope that it needs.",
        };
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[SecurityName] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "ock_…", Description = "An API key of one tenant.",
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference(SecurityName, document)] = [] }];
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<NeededScope>().FirstOrDefault() is { } scope) operation.Description = $"Needs the scope `{scope.Name}`.";
        if (metadata.OfType<TakenBody>().FirstOrDefault() is { } body)
        {
            IOpenApiSchema schema = await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
            if (body.Required.Count > 0) schema = new OpenApiSchema { AllOf = [schema], Required = body.Required.ToHashSet(StringComparer.Ordinal) };
            var content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } };
            if (context.Description.HttpMethod == "PATCH") content["application/merge-patch+json"] = new() { Schema = schema };
            operation.RequestBody = new OpenApiRequestBody { Content = content };
        }
        operation.OperationId ??= IdOf(context.Description.HttpMethod, context.Description.RelativePath);
        foreach (var name in metadata.OfType<QueryNames>().SelectMany(q => q.Names)) Add(operation, name, ParameterLocation.Query, name == "limit" ? JsonSchemaType.Integer : JsonSchemaType.String);
        if (context.Description.HttpMethod == "POST") Add(operation, "Idempotency-Key", ParameterLocation.Header, JsonSchemaType.String);
        if (context.Description.HttpMethod is "PATCH" or "DELETE" or "PUT") Add(operation, "If-Match", ParameterLocation.Header, JsonSchemaType.String);
        if (context.Description.RelativePath?.EndsWith("/events", StringComparison.Ordinal) == true) Add(operation, "Last-Event-ID", ParameterLocation.Header, JsonSchemaType.String);
    }

    /// <summary>As in <c>patchChannelsId</c>: method and path, stable as long as they are.</summary>
    private static string IdOf(string? method, string? path)
    {
        var words = (path ?? "")[(ManagementApi.Base.Length)..].Split(['/', '{', '}', '-'], StringSplitOptions.RemoveEmptyEntries).Select(w => char.ToUpperInvariant(w[0]) + w[1..]);
        return (method ?? "").ToLowerInvariant() + string.Concat(words);
    }

    /// <summary>A record's constructor takes every field; a body need not have them, and a last page has no <c>next</c>.</summary>
    private static void Loosen(OpenApiSchema schema, Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(OpenClaw.Gateway.Core.Administration.Page<>)) schema.Required?.Remove("next");
        else if (type == typeof(AppendBody)) schema.Required?.Remove("inReplyTo");
        else if (type != typeof(TestBody) && type.Namespace == typeof(ChannelBody).Namespace && type.Name.EndsWith("Body", StringComparison.Ordinal)) schema.Required?.Clear();
    }

    private static void Add(OpenApiOperation operation, string name, ParameterLocation place, JsonSchemaType type)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = place, Schema = new OpenApiSchema { Type = type } });
    }
}
