using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Hosting.Protection;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>Turns what a call throws into OpenAI's errors, and refuses keys of a suspended tenant.</summary>
internal sealed partial class OpenAiFaultFilter(ICatalog catalog, ILogger<OpenAiFaultFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (catalog.FindTenant(http.Tenant()) is { Suspended: true } tenant)
            return new OpenAiFault(StatusCodes.Status403Forbidden, $"The tenant '{tenant.Slug}' is suspended: {tenant.SuspendedReason ?? "no reason was given."} Only the owner of the gateway can resume it.", "tenant_suspended").ToResult();
        try
        {
            return await next(context);
        }
        catch (OpenAiFault fault)
        {
            return fault.ToResult();
        }
        catch (ProgramFileException fault)
        {
            return new OpenAiFault(fault.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, fault.Message, fault.IsTooLarge ? "too_large" : "invalid_image_url", "messages").ToResult();
        }
        catch (ApiProblemException fault)
        {
            return new OpenAiFault(fault.Status, fault.Message, fault.Status == StatusCodes.Status413PayloadTooLarge ? "too_large" : "invalid_json").ToResult();
        }
        catch (ForbiddenException fault)
        {
            return new OpenAiFault(StatusCodes.Status403Forbidden, fault.Message, "insufficient_scope").ToResult();
        }
        catch (BadHttpRequestException fault)
        {
            return new OpenAiFault(fault.StatusCode, fault.Message, "invalid_request").ToResult();
        }
        catch (Exception fault) when (!http.Response.HasStarted && DatabaseFaults.IsUnavailable(fault))
        {
            LogFailed(fault, http.Request.Path);
            DatabaseFaults.AskToWait(http.Response);
            return new OpenAiFault(StatusCodes.Status503ServiceUnavailable, DatabaseFaults.Sentence, "overloaded").ToResult();
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !http.RequestAborted.IsCancellationRequested)
        {
            LogFailed(fault, http.Request.Path);
            if (http.Response.HasStarted) throw;
            return new OpenAiFault(StatusCodes.Status500InternalServerError, $"The gateway failed. Its log has more under {http.TraceIdentifier}.", "internal").ToResult();
        }
    }

    [LoggerMessage(3411, LogLevel.Error, "A program's call of {Path} failed inside the gateway")]
    private partial void LogFailed(Exception fault, string path);
}
